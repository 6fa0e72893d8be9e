# What R's regressions make of interactions between numbers and labels of the demo's women. Writes interactions.json beside
# itself.
#
#     Rscript interactions.R            (r-cran-survival, r-cran-jsonlite)
suppressMessages({
  library(survival)
  library(jsonlite)
})
arguments <- commandArgs(trailingOnly = FALSE)
script <- sub("--file=", "", grep("--file=", arguments, value = TRUE))
here <- dirname(normalizePath(script))
women <- read.csv(file.path(here, "../../../Scripts/data/transbig_clinical.csv"), na.strings = "")
tight <- coxph.control(eps = 1e-12, toler.chol = 1e-13)
formulas <- c(
  "age + er + age:er", "age + age:er", "er + er:age", "age:er", "age + size + age:size", "age:size",
  "er + grade + er:grade", "er + er:grade", "age + er + size + age:er + age:size + er:size + age:er:size",
  "size:factor(grade) + strata(er)")
cox <- lapply(formulas, function(terms) {
  fit <- coxph(as.formula(paste("Surv(time, event) ~", terms)), women, control = tight)
  list(terms = unbox(terms), names = names(coef(fit)), coefficient = unname(coef(fit)),
    standard_error = unname(sqrt(diag(fit$var)))[seq_along(coef(fit))], log_likelihood = unbox(fit$loglik[length(fit$loglik)]))
})
known <- women[women$age < 48, ]
others <- women[women$age >= 48, ]
fit <- coxph(Surv(time, event) ~ age + er + size + age:er + er:size, known, control = tight)
weibull <- survreg(Surv(time, event) ~ age + er + age:er, women, control = survreg.control(rel.tolerance = 1e-12))
nested <- lapply(c("age", "age + er", "age + er + age:er", "er + er:age + size + strata(grade)", "size + strata(grade)"), function(terms)
  coxph(as.formula(paste("Surv(time, event) ~", terms)), women, control = tight))
tests <- function(...) {
  table <- anova(...)
  list(log_likelihood = table$loglik, chi_square = table$Chisq[-1], degrees_of_freedom = table$Df[-1], p = table[["Pr(>|Chi|)"]][-1])
}
writeLines(toJSON(list(
  versions = list(R = unbox(as.character(getRversion())), survival = unbox(as.character(packageVersion("survival")))),
  cox = cox,
  anova = list(tests(nested[[1]], nested[[2]], nested[[3]]), tests(nested[[5]], nested[[4]])),
  predicted = list(patients = others$patient_id, risk = unname(predict(fit, newdata = others, type = "lp", reference = "sample"))),
  zph = cox.zph(coxph(Surv(time, event) ~ age + er + age:er, women, control = tight))$table[, "chisq"],
  weibull = list(names = names(coef(weibull))[-1], coefficient = unname(coef(weibull))[-1])),
  digits = 15, auto_unbox = FALSE, na = "null"), file.path(here, "interactions.json"))
