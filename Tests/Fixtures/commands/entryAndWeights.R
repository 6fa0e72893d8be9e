# What R's survival package makes of entry= and weights= in the commands, on the women of TRANSBIG.
# Run in this folder: Rscript entryAndWeights.R. Writes entryAndWeights.json.
suppressMessages({
  library(survival)
  library(jsonlite)
})
d <- read.csv("../../../Scripts/data/transbig_clinical.csv", na.strings = "")
d$grade <- factor(d$grade, levels = sort(unique(d$grade), method = "radix"))
d$start <- d$time / 10
d$y <- with(d, Surv(start, time, event))
loose <- function(x) as.vector(unname(x))
curves <- function(fit, times) lapply(seq_along(fit$strata), function(i) {
  f <- fit[i]
  s <- summary(f, times = times, extend = TRUE)
  q <- quantile(f, c(0.1, 0.25, 0.5))
  list(time = f$time, at_risk = f$n.risk, survival = f$surv, lower = f$lower, upper = f$upper,
    hazard = f$cumhaz, hazard_error = f$std.chaz,
    readings = list(at_risk = s$n.risk, events = s$n.event, survival = s$surv, survival_standard_error = s$std.err,
      lower = s$lower, upper = s$upper),
    quantiles = list(time = loose(q$quantile), lower = loose(q$lower), upper = loose(q$upper)))
})
km <- survfit(y ~ er, data = d, weights = d$size, conf.type = "log-log")
tight <- coxph.control(eps = 1e-12, toler.chol = 1e-13, iter.max = 50)
known <- d[complete.cases(d[, c("age", "size", "grade")]), ]
cox <- coxph(y ~ age + grade, data = known, weights = known$size, control = tight)
whole <- coxph(y ~ age, data = d, weights = ceiling(d$size), control = tight)
index <- concordance(y ~ age, data = d, weights = d$size, reverse = TRUE)
writeLines(toJSON(list(versions = list(R = unbox(as.character(getRversion())),
  survival = unbox(as.character(packageVersion("survival")))),
  km = curves(km, c(1000, 2000, 4000)),
  cox = list(coefficient = loose(coef(cox)), standard_error = loose(sqrt(diag(cox$var))),
    model_standard_error = loose(sqrt(diag(cox$naive.var))), log_likelihood = unbox(cox$loglik[2]),
    concordance = unbox(unname(cox$concordance["concordance"])),
    concordance_standard_error = unbox(unname(cox$concordance["std"])), zph = loose(cox.zph(cox)$table[, 1])),
  whole = list(coefficient = loose(coef(whole)), standard_error = loose(sqrt(diag(whole$var)))),
  cindex = list(concordance = unbox(unname(index$concordance)), standard_error = unbox(sqrt(index$var)),
    concordant = unbox(unname(index$count["concordant"])), tied_risk = unbox(unname(index$count["tied.x"]))),
  rmst = unbox(unname(summary(survfit(y ~ 1, data = d), rmean = 3650)$table["rmean"]))),
  digits = I(17), na = "null"), "entryAndWeights.json")
