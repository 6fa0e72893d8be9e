# What R's Cox models of part of the demo's women say of the others, and of themselves. Writes coxPredictions.json beside
# itself.
#
#     Rscript coxPredictions.R            (r-cran-survival, r-cran-jsonlite)
suppressMessages({
  library(survival)
  library(jsonlite)
})
arguments <- commandArgs(trailingOnly = FALSE)
script <- sub("--file=", "", grep("--file=", arguments, value = TRUE))
here <- dirname(normalizePath(script))
women <- read.csv(file.path(here, "../../../Scripts/data/transbig_clinical.csv"), na.strings = "")
known <- women[women$age < 48, ]
others <- women[women$age >= 48 & complete.cases(women[, c("size", "grade", "er")]), ]
tight <- coxph.control(eps = 1e-12, toler.chol = 1e-13)
fit <- coxph(Surv(time, event) ~ age + size + factor(grade) + strata(er), known, control = tight)
times <- c(1000, 2500)
survival <- t(sapply(seq_len(nrow(others)), function(row) {
  curve <- survfit(fit, newdata = others[row, ])
  summary(curve, times = times)$surv
}))
risk <- predict(fit, newdata = others, type = "lp", reference = "sample")
first <- others[others$patient_id %in% c("T003", "T010"), ]
curve <- survfit(fit, newdata = others[2, ], conf.type = "log-log", conf.int = 0.9)
base <- basehaz(fit, centered = FALSE)
used <- known[complete.cases(known[, c("size", "grade", "er")]), ]
exact <- coxph(Surv(ceiling(time / 365.25), event) ~ age + size, women, ties = "exact", control = tight)
plain <- coxph(Surv(time, event) ~ age + size, women, control = tight)
scaled <- residuals(plain, "scaledsch")
loose <- function(x) as.vector(unname(x))
writeLines(toJSON(list(versions = list(R = unbox(as.character(getRversion())),
  survival = unbox(as.character(packageVersion("survival")))), patients = others$patient_id, risk = loose(risk),
  times = times, survival = survival,
  concordance = unbox(unname(concordance(Surv(time, event) ~ risk, others, reverse = TRUE)$concordance)),
  curve = list(patient = unbox(others$patient_id[2]), time = curve$time, survival = curve$surv, standard_error = curve$std.err,
    lower = curve$lower, upper = curve$upper, hazard = curve$cumhaz),
  baseline = list(strata = levels(base$strata), stratum = as.integer(base$strata), time = base$time, hazard = base$hazard),
  martingale = list(patient = used$patient_id, values = loose(residuals(fit, "martingale")[!is.na(residuals(fit, "martingale"))])),
  scaled = list(time = as.numeric(rownames(scaled)), age = loose(scaled[, 1]), size = loose(scaled[, 2])),
  exact = list(coefficient = loose(exact$coefficients), log_likelihood = unbox(exact$loglik[2]),
    likelihood_ratio = unbox(unname(summary(exact)$logtest[1])), score = unbox(unname(summary(exact)$sctest[1])))),
  digits = I(17), na = "null"), file.path(here, "coxPredictions.json"))
