# What R says of the demo's clinical table and of predictions.csv. Writes oracle.json beside itself.
#
#     Rscript oracle.R            (r-cran-survival, r-cran-jsonlite)
library(survival)
library(jsonlite)

arguments <- commandArgs(trailingOnly = FALSE)
script <- sub("--file=", "", grep("--file=", arguments, value = TRUE))
here <- dirname(normalizePath(script))

women <- read.csv(file.path(here, "../../../Scripts/data/transbig_clinical.csv"), na.strings = "")
# Levels in the order of their characters' codes, whatever the locale.
women$grade <- factor(women$grade, levels = sort(unique(women$grade), method = "radix"))

curves <- function(fit) {
  strata <- if (is.null(fit$strata)) rep("all", length(fit$time)) else rep(names(fit$strata), fit$strata)
  table <- summary(fit)$table
  if (is.null(dim(table))) table <- t(table)
  lapply(unique(strata), function(name) {
    rows <- strata == name
    line <- which(unique(strata) == name)
    list(
      name = sub("^[^=]*=", "", name), patients = unname(table[line, "records"]),
      events = unname(table[line, "events"]), median = unname(table[line, "median"]),
      time = fit$time[rows], survival = fit$surv[rows], lower = fit$lower[rows], upper = fit$upper[rows],
      at_risk = fit$n.risk[rows])
  })
}

pairs <- function(fit) {
  counts <- if (is.matrix(fit$count)) colSums(fit$count) else fit$count
  unname(counts["concordant"] + counts["discordant"] + counts["tied.x"])
}

test <- survdiff(Surv(time, event) ~ grade, women)
size <- concordance(Surv(time, event) ~ size, women, reverse = TRUE)
cox <- coxph(Surv(time, event) ~ age + size + factor(grade) + strata(er), women, ties = "efron")
summary <- summary(cox)

predictions <- read.csv(file.path(here, "predictions.csv"))
pooled <- concordance(Surv(time, event) ~ risk + strata(fold), predictions, reverse = TRUE)
each <- lapply(split(predictions, predictions$fold), function(part) {
  concordance(Surv(time, event) ~ risk, part, reverse = TRUE)
})
folds <- unname(sapply(each, function(fit) fit$concordance))

write_json(
  list(
    versions = list(R = as.character(getRversion()), survival = as.character(packageVersion("survival"))),
    km = curves(survfit(Surv(time, event) ~ er, women, conf.type = "log-log")),
    km_all = curves(survfit(Surv(time, event) ~ 1, women, conf.type = "log-log")),
    logrank = list(
      chi_square = test$chisq, degrees_of_freedom = length(test$n) - 1,
      p = pchisq(test$chisq, length(test$n) - 1, lower.tail = FALSE),
      observed = as.numeric(test$obs), expected = as.numeric(test$exp), left_out = sum(is.na(women$grade))),
    concordance = list(
      concordance = unname(size$concordance), standard_error = sqrt(size$var), comparable_pairs = pairs(size)),
    cox = list(
      terms = lapply(seq_along(coef(cox)), function(i) list(
        term = names(coef(cox))[i], coefficient = unname(coef(cox)[i]),
        hazard_ratio = summary$conf.int[i, "exp(coef)"], lower = summary$conf.int[i, "lower .95"],
        upper = summary$conf.int[i, "upper .95"], standard_error = summary$coefficients[i, "se(coef)"],
        z = summary$coefficients[i, "z"], p = summary$coefficients[i, "Pr(>|z|)"])),
      log_likelihood = cox$loglik[2], concordance = unname(summary$concordance["C"]), patients = cox$n,
      events = cox$nevent),
    predictions = list(
      concordance = unname(pooled$concordance), standard_error = sqrt(pooled$var), comparable_pairs = pairs(pooled),
      folds = folds, fold_pairs = unname(sapply(each, pairs)), mean = mean(folds), sd = sd(folds))),
  file.path(here, "oracle.json"), digits = NA, auto_unbox = TRUE, na = "null")
