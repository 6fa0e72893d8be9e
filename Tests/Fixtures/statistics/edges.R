# What R's survival package makes of groups that never meet because strata keep them apart, and of the bounds of weighted
# quantiles that lie on a flat stretch. Run in this folder: Rscript edges.R. Writes edges.json.
suppressMessages({
  library(survival)
  library(jsonlite)
})
# The score test of a Cox model with exact ties is the log-rank test; a group is aliased where strata keep it apart.
apart <- function(d) {
  fit <- suppressWarnings(coxph(Surv(time, event) ~ factor(group) + strata(stratum), data = d, ties = "exact"))
  list(time = d$time, event = d$event, group = d$group, stratum = d$stratum, chiSquare = unbox(unname(fit$score)),
    degreesOfFreedom = unbox(sum(!is.na(coef(fit)))))
}
set.seed(7)
drawn <- function(n) {
  stratum <- sample(1:2, n, TRUE)
  data.frame(time = sample(1:30, n, TRUE), event = rbinom(n, 1, 0.6), stratum,
    group = paste0(c("a", "c")[stratum], sample(1:2, n, TRUE)))
}
small <- data.frame(time = c(1, 2, 3, 4, 1, 2, 3, 4), event = c(1, 1, 1, 0, 1, 1, 1, 0), stratum = rep(1:2, each = 4),
  group = c("a1", "a2", "a1", "a2", "c1", "c2", "c1", "c2"))
flat <- function(time, event, weight) {
  fit <- survfit(Surv(time, event) ~ 1, weights = weight, robust = TRUE, conf.type = "log-log")
  q <- quantile(fit, probs = c(0.25, 0.5, 0.75))
  loose <- function(x) as.vector(unname(x))
  list(time = time, event = event, weight = weight, quantile = loose(q$quantile), lower = loose(q$lower),
    upper = loose(q$upper))
}
many <- function(n) {
  time <- sample(1:25, n, TRUE)
  flat(time, rbinom(n, 1, 0.5), round(runif(n, 0.3, 3), 1))
}
# Scales by stratum can have a likelihood of several maxima; the highest is found from
# many starts. Weibull, log S = -exp(w), log f = w - exp(w) - log(scale), w = (log t - linear predictor) / scale.
scales <- data.frame(time = c(19, 12, 2, 17, 9, 25, 14, 18, 28, 7, 25, 22, 12, 8, 13, 19, 14),
  event = c(1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1),
  x = c(-1.2, 3.9, -3.2, -0.7, -2, 2.3, -0.6, -0.3, 1.2, 0.8, 0.1, 0.8, 2.4, -1.5, 2.6, -0.6, -1.5),
  z = c("a", "a", "b", "b", "c", "a", "a", "b", "c", "c", "b", "b", "c", "b", "a", "a", "a"),
  stratum = c("u", "v", "u", "u", "v", "u", "u", "u", "u", "v", "u", "u", "v", "u", "u", "u", "v"))
highest <- function(d) {
  m <- model.matrix(~ x + z, d)
  k <- ncol(m)
  s <- as.integer(factor(d$stratum))
  less <- function(p) {
    sigma <- exp(p[k + s])
    w <- (log(d$time) - as.vector(m %*% p[1:k])) / sigma
    if (any(w > 600)) return(1e10)
    -sum(d$event * (w - log(sigma) - log(d$time)) - exp(w))
  }
  found <- lapply(1:60, function(i) optim(c(3 + rnorm(1), rnorm(k - 1) * 0.3, log(runif(max(s), 0.1, 1))), less,
    method = "BFGS", control = list(maxit = 2000, reltol = 1e-14)))
  best <- found[[which.min(sapply(found, `[[`, "value"))]]
  fit <- survreg(Surv(time, event) ~ x + z + strata(stratum), d)
  c(as.list(d), list(logLikelihood = unbox(-best$value), survreg = unbox(fit$loglik[2]), scale = exp(best$par[k + 1:max(s)])))
}
cases <- list(scales = highest(scales), apart = c(list(apart(small)), lapply(c(30, 40, 60), function(n) apart(drawn(n)))),
  flat = c(list(flat(1:4, c(1, 0, 1, 1), c(0.6, 0.7, 2.9, 2.8))), lapply(rep(40, 20), many)))
writeLines(toJSON(list(versions = list(R = unbox(as.character(getRversion())),
  survival = unbox(as.character(packageVersion("survival")))), cases = cases), digits = I(17), na = "null"), "edges.json")
