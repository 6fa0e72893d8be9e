# What R's survreg makes of accelerated failure time models. Run in this folder: Rscript accelerated.R
# Writes acceleratedData.json and accelerated.json. null stands for NA, NaN and infinity.
suppressMessages({
  library(survival)
  library(jsonlite)
})
put <- function(name, cases) writeLines(toJSON(list(versions = list(R = unbox(as.character(getRversion())),
  survival = unbox(as.character(packageVersion("survival")))), cases = cases), digits = I(17), na = "null"),
  paste0(name, ".json"))
loose <- function(x) as.vector(unname(x))

set.seed(20261124)
numeric <- function(d) lapply(d, as.numeric)
n <- 150
data <- list(
  lung = with(lung, data.frame(time, event = status - 1, age, sex, ecog = ph.ecog, loss = wt.loss)),
  veteran = with(veteran, data.frame(time, event = status, trt, karno, age, cell = as.integer(celltype))),
  colon = with(subset(colon, etype == 2), data.frame(time, event = status, sex, age, nodes, extent)),
  ties = data.frame(time = sample(c(0.5, 1:6), n, TRUE), event = rbinom(n, 1, 0.6), x = round(rnorm(n), 1),
    y = rbinom(n, 1, 0.4), site = sample(1:3, n, TRUE)),
  wide = data.frame(time = exp(rnorm(60, 2, 5)), event = rbinom(60, 1, 0.7), x = 1e4 * rnorm(60), y = rnorm(60) + 500),
  few = data.frame(time = c(1, 2, 3, 5, 8), event = c(1, 0, 1, 1, 0), x = c(1, 3, 2, 5, 2)))
put("acceleratedData", lapply(data, numeric))

accelerated <- function(name, dist, terms = character(), strata = NULL) {
  d <- data[[name]]
  d <- d[complete.cases(d[, c("time", terms)]), ]
  right <- c(if (length(terms)) terms else "1", if (!is.null(strata)) paste0("strata(", strata, ")"))
  fit <- survreg(as.formula(paste("Surv(time, event) ~", paste(right, collapse = " + "))), data = d, dist = dist,
    control = survreg.control(rel.tolerance = 1e-13, maxiter = 200, toler.chol = 1e-14))
  # Survival and quantiles of the first patient.
  at <- quantile(d$time, c(0.1, 0.5, 0.9), names = FALSE)
  scale <- if (is.null(strata)) fit$scale else fit$scale[match(d[[strata]][1], sort(unique(d[[strata]])))]
  base <- if (dist == "exponential") "weibull" else dist
  lp <- fit$linear.predictors[1]
  list(data = unbox(name), distribution = unbox(dist), terms = terms,
    strata = unbox(if (is.null(strata)) "" else strata), coefficient = loose(fit$coefficients), scale = loose(fit$scale),
    covariance = loose(fit$var), logLikelihood = unbox(fit$loglik[2]), nullLogLikelihood = unbox(fit$loglik[1]),
    predictor = loose(fit$linear.predictors[1:5]), at = at, survival = loose(1 - psurvreg(at, lp, scale, base)),
    quantiles = loose(qsurvreg(c(0.1, 0.5, 0.9), lp, scale, base)))
}
distributions <- c("weibull", "exponential", "lognormal", "loglogistic")
cases <- c(
  lapply(distributions, accelerated, name = "lung", terms = c("age", "sex", "ecog", "loss")),
  lapply(distributions, accelerated, name = "veteran", terms = c("trt", "karno", "age")),
  lapply(distributions, accelerated, name = "colon", terms = c("sex", "age", "nodes")),
  lapply(distributions, accelerated, name = "ties", terms = c("x", "y")),
  lapply(distributions, accelerated, name = "wide", terms = c("x", "y")),
  lapply(distributions, accelerated, name = "few"), lapply(distributions, accelerated, name = "few", terms = "x"),
  lapply(distributions[-2], accelerated, name = "veteran", terms = c("trt", "karno"), strata = "cell"),
  lapply(distributions[-2], accelerated, name = "ties", terms = c("x", "y"), strata = "site"),
  lapply(distributions[-2], accelerated, name = "lung", strata = "sex"))
put("accelerated", cases)
