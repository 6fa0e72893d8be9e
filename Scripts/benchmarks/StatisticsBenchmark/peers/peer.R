# R's survival, as a peer of the benchmark: Rscript peer.R DATA
#
# Reads the data, answers with a line that says it is ready, then runs each estimator whose name comes in on a line and
# answers with its times and values. One line of JSON per answer. The protocol is described in Peer.swift.
if (!requireNamespace("survival", quietly = TRUE)) {
    cat('{"missing": "R package survival: install.packages(\\"survival\\")"}\n')
    quit(status = 0)
}
library(survival)

file <- file(commandArgs(trailingOnly = TRUE)[1], "rb")
header <- readBin(file, "double", 3)
n <- header[1]
p <- header[2]
column <- function(count = n) readBin(file, "double", count)
time <- column()
event <- column()
two <- column()
ten <- column()
risk <- column()
x <- matrix(column(n * p), n, p)
times <- column(header[3])
close(file)
y <- Surv(time, event)
two <- factor(two)
ten <- factor(ten)

numbers <- function(values) {
    text <- sprintf("%.17g", as.numeric(values))
    text[!is.finite(values)] <- "null"
    paste0("[", paste(text, collapse = ", "), "]")
}
probes <- times[c(20, 50, 80)]
cox <- function() {
    coxph.fit(
        x, y, strata = NULL, offset = NULL, init = NULL, control = coxph.control(), weights = NULL,
        method = "efron", rownames = NULL, resid = FALSE)
}
estimators <- list(
    concordance = list(
        run = function() concordance(y ~ risk, reverse = TRUE),
        values = function(fit) c(fit$concordance, sqrt(fit$var))),
    concordanceValue = list(
        run = function() concordancefit(y, risk, reverse = TRUE, std.err = FALSE),
        values = function(fit) fit$concordance),
    km = list(
        run = function() survfit(y ~ 1, conf.type = "log-log"),
        values = function(fit) with(summary(fit, times = probes), c(surv, lower, upper))),
    nelsonAalen = list(
        run = function() survfit(y ~ 1, conf.type = "none"),
        values = function(fit) with(summary(fit, times = probes), c(cumhaz, std.chaz))),
    logRankTwo = list(run = function() survdiff(y ~ two), values = function(fit) fit$chisq),
    logRankTen = list(run = function() survdiff(y ~ ten), values = function(fit) fit$chisq),
    cox = list(run = cox, values = function(fit) c(fit$coefficients, fit$loglik[2])),
    coxWhole = list(
        run = function() coxph(y ~ x),
        values = function(fit) {
            c(coef(fit), fit$loglik[2], fit$concordance[["concordance"]], fit$concordance[["std"]])
        }),
    uno = list(
        run = function() concordance(y ~ risk, reverse = TRUE, timewt = "n/G2", ymax = times[length(times)]),
        values = function(fit) fit$concordance)
)

cat(sprintf(
    '{"ready": ["%s"], "version": "R %s.%s, survival %s"}\n', paste(names(estimators), collapse = '", "'),
    R.version$major, R.version$minor, packageVersion("survival")))
input <- file("stdin", "r")
while (length(name <- readLines(input, 1)) > 0) {
    estimator <- estimators[[name]]
    answer <- tryCatch({
        invisible(gc())
        before <- proc.time()
        fit <- estimator$run()
        spent <- proc.time() - before
        sprintf(
            '{"processor": %.6f, "wall": %.6f, "values": %s}', spent[["user.self"]] + spent[["sys.self"]],
            spent[["elapsed"]], numbers(estimator$values(fit)))
    }, error = function(e) sprintf('{"failure": "%s"}', gsub('["\\\\\n]', " ", conditionMessage(e))))
    cat(answer, "\n", sep = "")
    flush(stdout())
}
