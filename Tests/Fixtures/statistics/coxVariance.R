# What R's survival package makes of robust and clustered variances of Cox models, with the data that oracle.R wrote.
# Run in this folder: Rscript coxVariance.R. Writes coxVariance.json.
suppressMessages({
  library(survival)
  library(jsonlite)
})
sets <- fromJSON("data.json")$cases
robust <- function(name, terms, ties = "efron", strata = NULL, cluster = NULL, level = 0.95) {
  d <- as.data.frame(sets[[name]])
  d <- d[complete.cases(d[, c(terms, strata, cluster)]), ]
  d$unit <- if (is.null(cluster)) seq_len(nrow(d)) else d[[cluster]]
  right <- c(terms, if (!is.null(strata)) paste0("strata(", strata, ")"))
  fit <- coxph(as.formula(paste("Surv(time, event) ~", paste(right, collapse = " + "))), data = d, ties = ties,
    cluster = unit, robust = TRUE, control = coxph.control(eps = 1e-12, toler.chol = 1e-13))
  s <- summary(fit, conf.int = level)
  loose <- function(x) as.vector(unname(x))
  list(data = unbox(name), covariates = terms, ties = unbox(ties), strata = unbox(if (is.null(strata)) "" else strata),
    cluster = unbox(if (is.null(cluster)) "" else cluster), level = unbox(level), clusters = unbox(length(unique(d$unit))),
    coefficient = loose(fit$coefficients), standardError = loose(s$coefficients[, "robust se"]),
    modelStandardError = loose(s$coefficients[, "se(coef)"]), z = loose(s$coefficients[, "z"]),
    p = loose(s$coefficients[, "Pr(>|z|)"]), lower = loose(s$conf.int[, 3]), upper = loose(s$conf.int[, 4]),
    covariance = loose(fit$var), wald = c(fit$wald.test, loose(s$waldtest[2:3])), robustScore = loose(s$robscore),
    martingale = loose(residuals(fit, "martingale")), score = unname(t(as.matrix(residuals(fit, "score")))))
}
cases <- list(robust("lung", c("age", "sex", "ecog")), robust("lung", c("age", "sex", "ecog"), cluster = "inst"),
  robust("lung", c("age", "sex"), "breslow", cluster = "inst", level = 0.9),
  robust("veteran", c("trt", "karno", "age"), strata = "cell"),
  robust("ties", c("x", "y", "z")), robust("ties", c("x", "y", "z"), "breslow"),
  robust("ties", c("x", "z"), cluster = "site"), robust("ties", c("x", "z"), strata = "group", cluster = "site"),
  robust("nearly", "x", cluster = "group"), robust("spread", "x"), robust("zeroTimes", "x"))
writeLines(toJSON(list(versions = list(R = unbox(as.character(getRversion())),
  survival = unbox(as.character(packageVersion("survival")))), cases = cases), digits = I(17)), "coxVariance.json")
