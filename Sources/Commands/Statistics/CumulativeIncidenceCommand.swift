import CommandLanguage
import Foundation
import Results
import SurvivalStatistics

struct CumulativeIncidenceCommand: Command {
    let declaration = CommandDeclaration(
        "cumulativeincidence", "Cumulative incidence of competing causes, with Gray's test between groups",
        topic: .statistics,
        discussion: """
            The Aalen-Johansen estimate of the probability to have had the event of a cause by a time, when another may \
            come first: unlike 1 - Kaplan-Meier with the others censored, which overstates it, the incidences of all \
            causes and event-free survival sum to 1. With one cause it is 1 - Kaplan-Meier. \(CompetingPatients.rules)

            A patient censored at the time of an event is at risk there; times that differ by rounding only count as \
            one; beyond a group's last follow-up the incidence is not defined. Standard errors are R survfit's \
            (infinitesimal jackknife); those of cmprsk's cuminc are Aalen's and differ by little, its estimates are the \
            same. Intervals are pointwise: plain, or made on the scale of log F or log(-log F) and taken back; loglog \
            stays between 0 and 1. There is none where the incidence is 0.

            With two or more groups Gray's test compares each cause between them; with strata= within strata; rho= \
            weights the times by (1 - F)^rho. The hazard of one cause, others censored, is what \
            cox (cohort … event=(event == 1 and cause == "relapse")) compares; for the effect of covariates on the \
            incidence see finegray. Source: Aalen & Johansen 1978, Gray 1988; agrees with R's survfit and cuminc.
            """,
        parameters: [
            .argument("x", .object(Subjects.typeNames), "whose patients"), CompetingPatients.declaredCause,
            .option("of", .any, "the cause to show, as of=\"relapse\" or of=1; all if left out"),
            GroupedOutcome.declaredGroup,
            .option("strata", .formula, "stratum per patient, for Gray's test"),
            .option("rho", .number(0...1000), default: "0", "of Gray's test: above 0 stresses early differences"),
            .option("times", .any, "the times to print, such as [1, 2, 5]; round ones if left out"),
            GroupedOutcome.declaredInterval, .level,
        ],
        result: IncidenceObject.typeName,
        examples: [
            """
            women = cohort "Scripts/data/transbig_clinical.csv" time=(time / 365.25) event=event
            incidence = cumulativeincidence women cause=("early" if time < 5 else "late") by=er times=[5, 10]
            plot incidence file="Plots/incidence" unit="years"
            """,
            "cumulativeincidence (simulate patients=80 patches=5) cause=(true_risk > 0) of=true interval=log level=0.9",
        ])

    func run(_ arguments: Arguments, in context: Context) throws -> Value? {
        let patients = try CompetingPatients(arguments, in: context)
        let shown = try patients.cause(named: "of", arguments).map { [$0] } ?? Array(patients.causes.indices)
        let (level, interval) = (arguments.number("level"), arguments.interval)
        let times = arguments.has("times") ? try arguments.times() : nil
        guard let formula = arguments.formula("by") else {
            for option in ["strata", "rho"] where arguments.has(option) {
                throw arguments.error(
                    at: option, "\(option)= is for Gray's test, which needs groups", help: "add by=, or leave it out")
            }
            let curves = try cumulativeIncidence(patients.outcome(patients.rows), level: level, interval: interval)
            return .object(
                IncidenceObject(
                    cause: patients.text, by: nil, strata: nil, rho: 0, times: times,
                    groups: [IncidenceObject.Group(name: nil, curves: shown.map { curves[$0] })], tests: []))
        }
        // Groups first: whose is missing is left out of everything.
        let grouping = try Grouping(formula, over: patients.subjects.columns, in: context)
        let isKept = Set(patients.rows)
        let kept = grouping.rows.indices.filter { isKept.contains(grouping.rows[$0]) }
        guard !kept.isEmpty else { throw formula.error("no patient has both a group and a cause") }
        let all = grouping.labels
        let labels = kept.map { all[$0] }
        let outcome = try patients.outcome(kept.map { grouping.rows[$0] })
        var groups = try cumulativeIncidence(outcome, groups: labels, level: level, interval: interval)
            .map { curves in IncidenceObject.Group(name: curves[0].name, curves: shown.map { curves[$0] }) }
        for index in groups.indices { groups[index].rename { Int($0).map { grouping.names[$0] } ?? $0 } }
        let tests = try tests(
            patients, outcome: outcome, rows: kept.map { grouping.rows[$0] }, labels: labels, shown: shown, arguments,
            context)
        return .object(
            IncidenceObject(
                cause: patients.text, by: grouping.text, strata: arguments.formula("strata")?.text,
                rho: arguments.number("rho"), times: times, groups: groups,
                tests: tests.map { $0.named { Int($0).map { grouping.names[$0] } ?? $0 } }))
    }

    /// Gray's test of each cause, or a note why there is none: the curves stand for themselves.
    private func tests(
        _ patients: CompetingPatients, outcome: CompetingOutcome, rows: [Int], labels: [String], shown: [Int],
        _ arguments: Arguments, _ context: Context
    ) throws -> [GrayTest] {
        guard Set(labels).count > 1 else { return [] }
        var (tested, groups, strata) = (outcome, labels, [Int]?.none)
        if let formula = arguments.formula("strata") {
            let values = try formula.evaluate(over: patients.subjects.columns).map(\.label)
            let known = rows.indices.filter { values[rows[$0]] != nil }
            guard !known.isEmpty else { throw formula.error("the stratum is missing for every patient") }
            if known.count < rows.count {
                context.note(
                    "\(counted(rows.count - known.count, "patient")) left out of the test: \(formula.text) is missing")
            }
            var numbers: [String: Int] = [:]
            strata = known.compactMap { values[rows[$0]] }.map { label in
                let number = numbers[label] ?? numbers.count
                numbers[label] = number
                return number
            }
            tested = try patients.outcome(known.map { rows[$0] })
            groups = known.map { labels[$0] }
        }
        return try shown.compactMap { cause in
            do {
                return try grayTest(
                    tested, cause: cause, groups: groups, rho: arguments.number("rho"), strata: strata)
            } catch let error as any LocalizedError where error is CompetingRisksError || error is StatisticsError {
                context.note("no test of \(patients.causes[cause]): \(error.errorDescription ?? "\(error)")")
                return nil
            }
        }
    }
}

extension GrayTest {
    /// The same test with other names of the groups.
    fileprivate func named(_ name: (String) -> String) -> GrayTest {
        var test = self
        for index in test.groups.indices { test.groups[index].name = name(test.groups[index].name) }
        return test
    }
}
