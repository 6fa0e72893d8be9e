# What R's survival package makes of the residuals, baseline hazards and predicted curves of Cox models, with the data that
# oracle.R wrote. Run in this folder: Rscript coxCurves.R. Writes coxResiduals.json and coxCurves.json.
suppressMessages({
  library(survival)
  library(jsonlite)
})
sets <- fromJSON("data.json")$cases
loose <- function(x) as.vector(unname(x))
fitted <- function(name, terms, ties, strata = NULL, cluster = NULL) {
  d <- as.data.frame(sets[[name]])
  d <- d[complete.cases(d[, c(terms, strata, cluster), drop = FALSE]), ]
  d$unit <- if (is.null(cluster)) seq_len(nrow(d)) else d[[cluster]]
  right <- c(terms, if (!is.null(strata)) paste0("strata(", strata, ")"))
  form <- as.formula(paste("Surv(time, event) ~", paste(right, collapse = " + ")))
  tight <- coxph.control(eps = 1e-12, toler.chol = 1e-13)
  fit <- if (is.null(cluster)) eval(bquote(coxph(.(form), data = d, ties = .(ties), control = tight, x = TRUE))) else
    eval(bquote(coxph(.(form), data = d, ties = .(ties), control = tight, cluster = unit, robust = TRUE, x = TRUE)))
  list(fit = fit, data = d, json = list(data = unbox(name), covariates = terms, ties = unbox(ties),
    strata = unbox(if (is.null(strata)) "" else strata), cluster = unbox(if (is.null(cluster)) "" else cluster),
    coefficient = loose(fit$coefficients), means = loose(fit$means), covariance = loose(fit$var),
    modelCovariance = loose(if (is.null(fit$naive.var)) fit$var else fit$naive.var)))
}
residualsOf <- function(...) {
  f <- fitted(...)
  columns <- function(type) unname(t(as.matrix(residuals(f$fit, type, weighted = FALSE))))
  schoenfeld <- residuals(f$fit, "schoenfeld")
  c(f$json, list(martingale = columns("martingale"), deviance = columns("deviance"),
    schoenfeld = unname(t(as.matrix(schoenfeld))),
    schoenfeldTime = as.numeric(if (is.matrix(schoenfeld)) rownames(schoenfeld) else names(schoenfeld)),
    scaledSchoenfeld = columns("scaledsch"), score = columns("score"), dfbeta = columns("dfbeta"),
    dfbetas = columns("dfbetas")))
}
writeLines(toJSON(list(versions = list(R = unbox(as.character(getRversion())),
  survival = unbox(as.character(packageVersion("survival")))), cases = list(
    residualsOf("lung", c("age", "sex", "ecog"), "efron"), residualsOf("lung", c("age", "sex"), "breslow"),
    residualsOf("lung", c("age", "sex"), "efron", "inst"),
    residualsOf("lung", c("age", "sex"), "efron", cluster = "inst"),
    residualsOf("veteran", c("trt", "karno", "age"), "breslow", "cell"),
    residualsOf("ties", c("x", "y", "z"), "efron"), residualsOf("ties", c("x", "y", "z"), "breslow"),
    residualsOf("ties", c("x", "z"), "efron", "group"), residualsOf("nearly", "x", "efron"),
    residualsOf("zeroTimes", "x", "efron"), residualsOf("sameTime", "x", "efron"),
    residualsOf("sameTime", "x", "breslow"), residualsOf("spread", "x", "efron"))),
  digits = I(17), na = "null"), "coxResiduals.json")

curvesOf <- function(name, terms, ties, strata = NULL, cluster = NULL, rows, level = 0.95) {
  f <- fitted(name, terms, ties, strata, cluster)
  centred <- basehaz(f$fit)
  atZero <- basehaz(f$fit, centered = FALSE)
  one <- function(kind, newdata) {
    d <- f$data
    curve <- if (is.null(newdata)) survfit(f$fit, conf.type = kind, conf.int = level) else
      survfit(f$fit, newdata = newdata, conf.type = kind, conf.int = level)
    table <- if (is.matrix(summary(curve)$table)) summary(curve)$table else t(summary(curve)$table)
    list(interval = unbox(gsub("-", "", kind)), time = curve$time, atRisk = curve$n.risk, events = curve$n.event,
      censored = curve$n.censor, hazard = curve$cumhaz, survival = curve$surv, error = curve$std.err,
      lower = curve$lower, upper = curve$upper, median = loose(table[, "median"]),
      medianLower = loose(table[, ncol(table) - 1]), medianUpper = loose(table[, ncol(table)]))
  }
  kinds <- c("log", "log-log", "plain")
  c(f$json, list(level = unbox(level), baseline = list(time = centred$time, centred = centred$hazard, atZero = atZero$hazard),
    means = loose(f$fit$means), atMeans = lapply(kinds, one, NULL), rows = rows - 1,
    profiles = lapply(rows, function(row) lapply(kinds, one, f$data[row, , drop = FALSE]))))
}
writeLines(toJSON(list(versions = list(R = unbox(as.character(getRversion())),
  survival = unbox(as.character(packageVersion("survival")))), cases = list(
    curvesOf("lung", c("age", "sex", "ecog"), "efron", rows = c(1, 50)),
    curvesOf("lung", c("age", "sex"), "breslow", rows = 7, level = 0.9),
    curvesOf("lung", c("age", "sex"), "efron", cluster = "inst", rows = c(3, 120)),
    curvesOf("veteran", c("trt", "karno", "age"), "efron", "cell", rows = c(1, 40, 137)),
    curvesOf("ties", c("x", "y", "z"), "efron", rows = c(2, 200)), curvesOf("ties", c("x", "y"), "breslow", rows = 2),
    curvesOf("ties", c("x", "z"), "efron", "group", rows = c(5, 239)), curvesOf("nearly", "x", "efron", rows = 4),
    curvesOf("zeroTimes", "x", "efron", rows = c(1, 3)), curvesOf("sameTime", "x", "efron", rows = 3),
    curvesOf("ties", c("x", "z"), "exact", rows = 9))), digits = I(17), na = "null"), "coxCurves.json")
