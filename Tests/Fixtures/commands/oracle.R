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

estimates <- function(fit) {
  strata <- if (is.null(fit$strata)) rep("all", length(fit$time)) else rep(names(fit$strata), fit$strata)
  lapply(unique(strata), function(name) {
    rows <- strata == name
    list(
      name = sub("^[^=]*=", "", name), time = fit$time[rows], hazard = fit$cumhaz[rows],
      standard_error = fit$std.chaz[rows])
  })
}

# Quartiles of one curve, with their intervals.
quartiles <- function(fit) {
  q <- quantile(fit, probs = c(0.25, 0.5, 0.75))
  list(time = as.vector(q$quantile), lower = as.vector(q$lower), upper = as.vector(q$upper))
}

# Restricted means of survfit; contrasts with the first by the normal approximation (of the logarithm, for the ratio).
horizon <- 3650
table <- summary(survfit(Surv(time, event) ~ er, women), rmean = horizon)$table
means <- unname(table[, "rmean"])
errors <- unname(table[, "se(rmean)"])
z95 <- qnorm(0.975)
contrast <- function(estimate, error, scale) list(
  estimate = scale(estimate), lower = scale(estimate - z95 * error), upper = scale(estimate + z95 * error),
  p = 2 * pnorm(-abs(estimate / error)))

chi <- function(test) list(
  chi_square = test$chisq, degrees_of_freedom = length(test$n) - 1,
  p = pchisq(test$chisq, length(test$n) - 1, lower.tail = FALSE))

# The weighted log-rank statistic of two groups within strata, from its definition.
weighted <- function(data, weight) {
  difference <- 0; variance <- 0
  for (part in split(data, data$stratum)) {
    survival <- 1
    for (t in sort(unique(part$time[part$event == 1]))) {
      n <- sum(part$time >= t); n1 <- sum(part$time >= t & part$group)
      d <- sum(part$time == t & part$event == 1); d1 <- sum(part$time == t & part$event == 1 & part$group)
      w <- weight(n, survival)
      difference <- difference + w * (d1 - d * n1 / n)
      if (n > 1) variance <- variance + w^2 * d * (n - d) / (n - 1) * n1 / n * (1 - n1 / n)
      survival <- survival * (1 - d / n)
    }
  }
  difference^2 / variance
}
one <- data.frame(time = women$time, event = women$event, group = women$size > 2, stratum = 1)
two <- transform(one, stratum = women$er)

stages <- 1 + (women$size > 1.5) + (women$size > 2.5)
trend_test <- survdiff(Surv(time, event) ~ stages, women)
trend_z <- sum(1:3 * (trend_test$obs - trend_test$exp)) / sqrt(drop(t(1:3) %*% trend_test$var %*% 1:3))

levels <- levels(women$grade)
couples <- combn(length(levels), 2, simplify = FALSE)
couples <- couples[order(sapply(couples, `[`, 2), sapply(couples, `[`, 1))]
pair_chi <- sapply(couples, function(pair) {
  survdiff(Surv(time, event) ~ grade, droplevels(women[women$grade %in% levels[pair], ]))$chisq
})
pair_p <- pchisq(pair_chi, 1, lower.tail = FALSE)

# Uno's concordance of women$size; the dynamic AUC from its definition, G just before each event.
uno <- concordance(Surv(time, event) ~ size, women, reverse = TRUE, timewt = "n/G2", ymax = horizon)
uncensored <- function(t) {
  # At a tie the event comes first: those who have it are not at risk of being censored.
  prod(1, vapply(unique(women$time[women$event == 0 & women$time < t]), function(u) {
    1 - sum(women$time == u & women$event == 0) / sum(women$time > u | (women$time == u & women$event == 0))
  }, 0))
}
auc <- sapply(c(1825, 3650), function(t) {
  cases <- which(women$time <= t & women$event == 1); controls <- which(women$time > t)
  w <- 1 / sapply(women$time[cases], uncensored)
  wins <- outer(women$size[cases], women$size[controls], function(a, b) (a > b) + (a == b) / 2)
  sum(w * wins) / (sum(w) * length(controls))
})

write_json(
  list(
    versions = list(R = as.character(getRversion()), survival = as.character(packageVersion("survival"))),
    km = curves(survfit(Surv(time, event) ~ er, women, conf.type = "log-log")),
    km_all = curves(survfit(Surv(time, event) ~ 1, women, conf.type = "log-log")),
    km_plain = curves(survfit(Surv(time, event) ~ er, women, conf.type = "plain", conf.int = 0.9)),
    km_log = curves(survfit(Surv(time, event) ~ 1, women, conf.type = "log")),
    quartiles = quartiles(survfit(Surv(time, event) ~ 1, women, conf.type = "log-log")),
    nelsonaalen = estimates(survfit(Surv(time, event) ~ er, women)),
    followup = curves(survfit(Surv(time, 1 - event) ~ 1, women, conf.type = "log-log")),
    rmst = list(
      mean = means, standard_error = errors,
      difference = contrast(means[2] - means[1], sqrt(sum(errors^2)), identity),
      ratio = contrast(log(means[2] / means[1]), sqrt(sum((errors / means)^2)), exp)),
    logrank_strata = chi(survdiff(Surv(time, event) ~ grade + strata(er), women)),
    logrank_rho = chi(survdiff(Surv(time, event) ~ (size > 2), women, rho = 1)),
    logrank_weighted = list(
      gehan = weighted(one, function(n, s) n), taroneware = weighted(one, function(n, s) sqrt(n)),
      late = weighted(two, function(n, s) s^0.5 * (1 - s))),
    trend = list(z = trend_z, p = 2 * pnorm(-abs(trend_z))),
    pairwise = list(
      first = levels[sapply(couples, `[`, 1)], second = levels[sapply(couples, `[`, 2)], chi_square = pair_chi,
      p = pair_p, holm = p.adjust(pair_p, "holm"), bh = p.adjust(pair_p, "BH")),
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
    uno = list(concordance = unname(uno$concordance), standard_error = sqrt(uno$var)),
    auc = auc,
    predictions = list(
      concordance = unname(pooled$concordance), standard_error = sqrt(pooled$var), comparable_pairs = pairs(pooled),
      folds = folds, fold_pairs = unname(sapply(each, pairs)), mean = mean(folds), sd = sd(folds))),
  file.path(here, "oracle.json"), digits = NA, auto_unbox = TRUE, na = "null")
