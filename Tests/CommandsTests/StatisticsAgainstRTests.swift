import Foundation
import Testing

/// The values of `--output json` against those of R, which `Tests/Fixtures/commands/oracle.R` recorded.
@Suite struct StatisticsAgainstRTests {
    let bench: Bench
    let oracle: Answer
    private static let fixtures = Bench.checkout.appendingPathComponent("Tests/Fixtures/commands")

    init() throws {
        bench = try Bench()
        oracle = try Answer(
            json: String(contentsOf: Self.fixtures.appendingPathComponent("oracle.json"), encoding: .utf8))
        #expect(oracle["versions"].has("survival"))
        try bench.run("women = cohort \"Scripts/data/transbig_clinical.csv\" time=time event=event")
    }

    private static let curveKeys = [
        "patients", "events", "median", "time", "survival", "lower", "upper", "at_risk",
    ]

    @Test(arguments: [("km women by=er", "km"), ("km women", "km_all")])
    func kaplanMeier(_ statement: String, _ key: String) throws {
        let groups = try bench.answer(statement)["groups"].items
        let expected = oracle[key].items
        #expect(groups.map(\.["name"].text) == expected.map(\.["name"].text))
        #expect(groups.count == (key == "km" ? 2 : 1))
        for (group, wanted) in zip(groups, expected) {
            try expectClose(group, wanted, Self.curveKeys, "\(key) \(wanted["name"].text ?? "")")
        }
    }

    @Test func logRank() throws {
        let test = try bench.answer("logrank women by=grade")
        let expected = oracle["logrank"]
        try expectClose(test, expected, ["chi_square", "degrees_of_freedom", "p"], "logrank")
        for key in ["observed", "expected"] {
            let found = try test["groups"].items.map { try $0[key].number() }
            for (value, wanted) in zip(found, try expected[key].numbers()) { expectClose(value, wanted, key) }
            #expect(found.count == 3)
        }
        #expect(try expected["left_out"].number() == 2)
        #expect(bench.told == ["note: 2 patients left out: grade is missing"])
    }

    @Test func concordance() throws {
        try expectClose(
            bench.answer("cindex women risk=size"), oracle["concordance"],
            ["concordance", "standard_error", "comparable_pairs"], "cindex")
    }

    @Test func cox() throws {
        let fit = try bench.answer("cox women ~ age + size + factor(grade) + strata(er)")
        let expected = oracle["cox"]
        try expectClose(fit, expected, ["log_likelihood", "concordance", "patients", "events"], "cox")
        #expect(fit["terms"].items.count == 4)
        #expect(fit["terms"].items.map(\.["term"].text) == expected["terms"].items.map(\.["term"].text))
        for (term, wanted) in zip(fit["terms"].items, expected["terms"].items) {
            let keys = ["coefficient", "hazard_ratio", "lower", "upper", "standard_error", "z", "p"]
            try expectClose(term, wanted, keys, "cox \(wanted["term"].text ?? "")")
        }
        #expect(bench.told == ["note: 2 patients left out: a term is missing"])
    }

    @Test func concordanceOfPredictionsCountsPairsWithinFolds() throws {
        let file = Self.fixtures.appendingPathComponent("predictions.csv")
        try bench.write("predictions.csv", Data(contentsOf: file))
        try bench.run("cv = load \"@/predictions.csv\"")
        let found = try bench.answer("cindex cv")
        let expected = oracle["predictions"]
        try expectClose(
            found, expected, ["concordance", "standard_error", "comparable_pairs", "folds", "mean", "sd"], "cindex")
        try #expect(found["fold_comparable_pairs"].numbers() == expected["fold_pairs"].numbers())
        // A formula stands for the risk, and other columns of the file are there.
        #expect(try bench.line("cindex cv risk=(risk * 3)") == bench.line("cindex cv"))
        #expect(try bench.answer("km cv by=site")["groups"].items.map(\.["name"].text) == ["north", "south"])
    }
}
