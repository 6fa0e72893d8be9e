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
cases <- list(apart = c(list(apart(small)), lapply(c(30, 40, 60), function(n) apart(drawn(n)))),
  flat = c(list(flat(1:4, c(1, 0, 1, 1), c(0.6, 0.7, 2.9, 2.8))), lapply(rep(40, 20), many)))
writeLines(toJSON(list(versions = list(R = unbox(as.character(getRversion())),
  survival = unbox(as.character(packageVersion("survival")))), cases = cases), digits = I(17), na = "null"), "edges.json")
