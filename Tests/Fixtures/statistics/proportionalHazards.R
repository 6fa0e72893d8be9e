# Tests of proportional hazards by R's survival package, with the data that oracle.R wrote.
# Run in this folder: Rscript proportionalHazards.R. Writes proportionalHazards.json.
suppressMessages({
  library(survival)
  library(jsonlite)
})
sets <- fromJSON("data.json")$cases
test <- function(name, terms, transform = "km", ties = "efron", strata = NULL, factors = NULL) {
  d <- as.data.frame(sets[[name]])
  d <- d[complete.cases(d[, c(terms, strata, factors)]), ]
  right <- c(terms, if (!is.null(factors)) paste0("factor(", factors, ")"),
    if (!is.null(strata)) paste0("strata(", strata, ")"))
  fit <- coxph(as.formula(paste("Surv(time, event) ~", paste(right, collapse = " + "))), data = d, ties = ties,
    control = coxph.control(eps = 1e-12, toler.chol = 1e-13))
  table <- cox.zph(fit, transform = transform)$table
  list(data = unbox(name), covariates = I(terms), factors = unbox(if (is.null(factors)) "" else factors),
    transform = unbox(transform), ties = unbox(ties), strata = unbox(if (is.null(strata)) "" else strata),
    chiSquare = unname(table[, 1]), degreesOfFreedom = unname(table[, 2]), p = unname(table[, 3]))
}
cases <- list(test("lung", c("age", "sex", "ecog")), test("lung", c("age", "sex", "ecog"), "log"),
  test("lung", c("age", "sex"), "rank", "breslow"), test("lung", c("age", "karno"), "identity"),
  test("veteran", c("trt", "karno", "age")), test("veteran", c("trt", "karno"), "log", strata = "cell"),
  test("veteran", c("trt", "karno"), "km", strata = "cell"), test("veteran", c("karno", "age"), factors = "cell"),
  test("ties", c("x", "y", "z")), test("ties", c("x", "y", "z"), "identity", "breslow"),
  test("ties", c("x", "z"), "rank", strata = "group"), test("nearly", "x", "rank"), test("nearly", "x"),
  test("spread", "x", "log"))
writeLines(toJSON(list(versions = list(R = unbox(as.character(getRversion())),
  survival = unbox(as.character(packageVersion("survival")))), cases = cases), digits = I(17)),
  "proportionalHazards.json")
