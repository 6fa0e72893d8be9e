# What R's survival and cmprsk packages make of competing risks. Run in this folder: Rscript competingRisks.R
# Writes competingData.json, cumulativeIncidence.json, gray.json and fineGray.json. null stands for NA, NaN and infinity.
suppressMessages({
  library(survival)
  library(cmprsk)
  library(jsonlite)
})
put <- function(name, cases) writeLines(toJSON(list(versions = list(R = unbox(as.character(getRversion())),
  survival = unbox(as.character(packageVersion("survival"))), cmprsk = unbox(as.character(packageVersion("cmprsk")))),
  cases = cases), digits = I(17), na = "null", null = "null"), paste0(name, ".json"))
loose <- function(x) {
  x <- as.vector(unname(x))
  x[!is.finite(x)] <- NA
  x
}

# ---- data: time, cause (0 is censored), group, stratum and covariates

set.seed(20261124)
frame <- function(time, cause, ...) data.frame(time = time, cause = cause, ...)
# The first of recurrence and death of each patient.
recurrence <- subset(colon, etype == 1)
death <- subset(colon, etype == 2)
stopifnot(identical(recurrence$id, death$id))
colon2 <- frame(recurrence$time, ifelse(recurrence$status == 1, 1, ifelse(death$status == 1 &
  death$time <= recurrence$time, 2, 0)), group = as.integer(recurrence$rx), stratum = recurrence$extent,
  sex = recurrence$sex, age = recurrence$age, nodes = recurrence$nodes, obstruct = recurrence$obstruct)
mgus <- with(mgus2, frame(ifelse(pstat == 1, ptime, futime), ifelse(pstat == 1, 1, 2 * death), group = as.integer(sex),
  stratum = as.integer(age > 70), age = age, mspike = mspike))
pbc2 <- with(pbc, frame(time, status, group = edema * 2 + 1, stratum = as.integer(factor(sex)), age = age,
  bili = bili, albumin = albumin, edema = edema))
n <- 200
ties <- frame(sample(0:9, n, TRUE), sample(0:3, n, TRUE, prob = c(4, 3, 2, 1)), group = sample(1:4, n, TRUE),
  stratum = sample(1:3, n, TRUE), x = round(rnorm(n), 1), y = rbinom(n, 1, 0.4))
ties$time <- pmax(0, ties$time - ties$y * 2)
continuous <- frame(rexp(120), sample(0:2, 120, TRUE, prob = c(2, 3, 2)), group = rep(1:2, 60), stratum = 1,
  x = rnorm(120), y = rbinom(120, 1, 0.5))
continuous$time <- continuous$time * exp(-0.5 * continuous$x)
data <- list(colon = colon2, mgus = mgus, pbc = pbc2, ties = ties, continuous = continuous,
  zeroTimes = frame(c(0, 0, 0, 0, 1, 2, 2, 3, 5), c(1, 2, 0, 1, 2, 1, 0, 1, 2), group = c(1, 2, 1, 2, 1, 2, 1, 2, 1)),
  oneCause = frame(c(1, 2, 2, 3, 4, 5, 6, 6), c(1, 0, 1, 1, 0, 1, 1, 0), group = c(1, 1, 2, 2, 1, 2, 1, 2)),
  absentInGroup = frame(c(1, 2, 3, 4, 5, 6, 7, 8), c(1, 2, 1, 0, 1, 1, 0, 1), group = c(1, 1, 1, 1, 2, 2, 2, 2)),
  allLeave = frame(c(1, 2, 3, 3, 4), c(2, 1, 2, 1, 1), group = 1), onePatient = frame(5, 2, group = 1),
  oneCensored = frame(c(3, 4), c(0, 1), group = c(1, 2)))
put("competingData", lapply(data, function(d) lapply(d, as.numeric)))

# ---- Aalen-Johansen

incidence <- function(name, groups, level = 0.95, interval = "log-log") {
  d <- data[[name]]
  causes <- sort(unique(c(1, 2, d$cause[d$cause > 0])))
  d$state <- factor(d$cause, c(0, causes))
  d$unit <- if (groups) d$group else 1
  lapply(sort(unique(d$unit)), function(g) {
    part <- d[d$unit == g, ]
    fit <- survfit(Surv(time, state) ~ 1, data = part, conf.type = interval, conf.int = level)
    aalen <- if (nrow(part) > 1) cuminc(part$time, part$cause) else list()
    lapply(seq_along(causes), function(j) {
      theirs <- aalen[[paste(1, causes[j])]]
      at <- function(what) if (is.null(theirs)) rep(NA, length(fit$time)) else
        timepoints(list(a = theirs), fit$time)[[what]][1, ]
      if (!is.null(theirs)) stopifnot(max(abs(at("est") - fit$pstate[, j + 1]), na.rm = TRUE) < 1e-12)
      list(data = unbox(name), groups = unbox(groups), level = unbox(level),
        interval = unbox(sub("-", "", interval)), group = unbox(g), cause = unbox(causes[j]), time = loose(fit$time),
        atRisk = loose(if (is.matrix(fit$n.risk)) fit$n.risk[, 1] else fit$n.risk),
        incidence = loose(fit$pstate[, j + 1]),
        standardError = loose(fit$std.err[, j + 1]), lower = loose(fit$lower[, j + 1]),
        upper = loose(fit$upper[, j + 1]), aalenVariance = loose(at("var")))
    })
  })
}
flat <- function(x) unlist(unlist(x, recursive = FALSE), recursive = FALSE)
put("cumulativeIncidence", flat(list(incidence("colon", TRUE), incidence("mgus", FALSE), incidence("pbc", TRUE),
  incidence("ties", FALSE, 0.9), incidence("ties", TRUE, interval = "log"), incidence("continuous", TRUE),
  incidence("continuous", FALSE, 0.8, "plain"), incidence("zeroTimes", TRUE), incidence("oneCause", FALSE),
  incidence("absentInGroup", TRUE), incidence("allLeave", FALSE), incidence("onePatient", FALSE))))

# ---- Gray

gray <- function(name, rho = 0, strata = FALSE) {
  d <- data[[name]]
  test <- if (strata) cuminc(d$time, d$cause, d$group, d$stratum, rho) else cuminc(d$time, d$cause, d$group, rho = rho)
  test <- test$Tests
  list(data = unbox(name), rho = unbox(rho), strata = unbox(strata), cause = loose(as.numeric(rownames(test))),
    chiSquare = loose(test[, "stat"]), degreesOfFreedom = loose(test[, "df"]),
    p = loose(pchisq(test[, "stat"], test[, "df"], lower.tail = FALSE)))
}
put("gray", list(gray("colon"), gray("colon", 1), gray("colon", strata = TRUE), gray("mgus"), gray("mgus", 0.5, TRUE),
  gray("pbc"), gray("pbc", strata = TRUE), gray("ties"), gray("ties", 1), gray("ties", 0.5, TRUE), gray("continuous"),
  gray("zeroTimes"), gray("oneCause"), gray("absentInGroup")))

# ---- Fine and Gray

fine <- function(name, terms, cause = 1) {
  d <- data[[name]]
  d <- d[complete.cases(d[, terms]), ]
  x <- as.matrix(d[, terms, drop = FALSE])
  # Only the order of times matters, and crr takes the censoring distribution at 0 itself instead of just before it.
  d$time <- d$time + 1
  fit <- crr(d$time, d$cause, x, failcode = cause, gtol = 1e-8, maxiter = 60)
  stopifnot(fit$converged)
  # The expanded Cox fit; its censoring distribution takes events of a time before censorings.
  d$state <- factor(ifelse(d$cause == 0, "censored", ifelse(d$cause == cause, "cause", "other")),
    c("censored", "cause", "other"))
  d$id <- seq_len(nrow(d))
  long <- finegray(as.formula(paste("Surv(time, state) ~ id +", paste(terms, collapse = "+"))), data = d,
    etype = "cause")
  expanded <- coxph(as.formula(paste("Surv(fgstart, fgstop, fgstatus) ~", paste(terms, collapse = "+"))),
    data = long, weights = fgwt, cluster = id, ties = "breslow", control = coxph.control(eps = 1e-11, toler.chol = 1e-13))
  list(data = unbox(name), terms = terms, cause = unbox(cause), coefficient = loose(fit$coef),
    covariance = loose(fit$var), logLikelihood = unbox(fit$loglik), nullLogLikelihood = unbox(fit$loglik.null),
    expandedCoefficient = loose(coef(expanded)), expandedError = loose(sqrt(diag(vcov(expanded)))))
}
put("fineGray", list(fine("colon", c("sex", "age", "nodes", "obstruct")), fine("mgus", c("age", "mspike")),
  fine("mgus", c("age", "mspike"), 2), fine("pbc", c("age", "bili", "albumin", "edema"), 2),
  fine("ties", c("x", "y")), fine("ties", c("x", "y"), 3), fine("continuous", c("x", "y")),
  fine("continuous", "x", 2)))
