# What R's survival package makes of Cox regression with the exact partial likelihood, with the data that oracle.R wrote
# and a set with ties of dozens among hundreds, made here.
# Run in this folder: Rscript coxExact.R. Writes coxExact.json.
suppressMessages({
  library(survival)
  library(jsonlite)
})
sets <- fromJSON("data.json")$cases
set.seed(1981)
n <- 400
x <- rnorm(n)
z <- rbinom(n, 1, 0.4)
heavy <- data.frame(time = pmin(ceiling(rexp(n, 0.25 * exp(0.5 * x - 0.4 * z))), 6), x = round(x, 3), z = z,
  w = round(runif(n, 10, 90)), part = sample(1:3, n, TRUE))
heavy$event <- as.integer(runif(n) < 0.75)
sets$heavy <- as.list(heavy)
exact <- function(name, terms, strata = NULL) {
  d <- as.data.frame(sets[[name]])
  d <- d[complete.cases(d[, c(terms, strata)]), ]
  right <- c(terms, if (!is.null(strata)) paste0("strata(", strata, ")"))
  fit <- coxph(as.formula(paste("Surv(time, event) ~", paste(right, collapse = " + "))), data = d, ties = "exact",
    control = coxph.control(eps = 1e-12, toler.chol = 1e-13, iter.max = 50))
  s <- summary(fit)
  curve <- survfit(fit, conf.type = "log-log")
  loose <- function(x) as.vector(unname(x))
  list(data = unbox(name), covariates = terms, strata = unbox(if (is.null(strata)) "" else strata),
    coefficient = loose(fit$coefficients), standardError = loose(s$coefficients[, "se(coef)"]),
    p = loose(s$coefficients[, "Pr(>|z|)"]), covariance = loose(fit$var), logLikelihood = fit$loglik,
    likelihoodRatio = loose(s$logtest), wald = loose(s$waldtest), score = loose(s$sctest),
    concordance = loose(s$concordance), martingale = loose(residuals(fit, "martingale")),
    deviance = loose(residuals(fit, "deviance")), survival = curve$surv, error = curve$std.err)
}
cases <- list(exact("lung", c("age", "sex", "ecog")), exact("lung", c("age", "sex"), "inst"),
  exact("veteran", c("trt", "karno", "age")), exact("veteran", c("trt", "karno"), "cell"),
  exact("ties", c("x", "y", "z")), exact("ties", c("x", "z"), "group"), exact("heavy", c("x", "z", "w")),
  exact("heavy", c("x", "w"), "part"), exact("zeroTimes", "x"), exact("sameTime", "x"), exact("nearly", "x"),
  exact("spread", "x"))
writeLines(toJSON(list(versions = list(R = unbox(as.character(getRversion())),
  survival = unbox(as.character(packageVersion("survival")))), heavy = sets$heavy, cases = cases), digits = I(17),
  na = "null"), "coxExact.json")
