import Foundation
import Testing

/// Metrics of a risk against R, and what they say where they are not defined.
@Suite struct RiskMetricTests {
    let bench: Bench
    let oracle: Answer
    private static let fixtures = Bench.checkout.appendingPathComponent("Tests/Fixtures/commands")

    init() throws {
        bench = try Bench()
        oracle = try Answer(
            json: String(contentsOf: Self.fixtures.appendingPathComponent("oracle.json"), encoding: .utf8))
        try bench.run("women = cohort \"Scripts/data/transbig_clinical.csv\" time=time event=event")
    }

    @Test func uno() throws {
        try expectClose(
            bench.answer("uno women risk=size horizon=3650"), oracle["uno"], ["concordance", "standard_error"], "uno")
        let turned = try bench.answer("uno women risk=(-size) horizon=3650")
        expectClose(
            try turned["concordance"].number(), 1 - (try oracle["uno"]["concordance"].number()), "the opposite risk")
    }

    @Test func areaUnderTheCurve() throws {
        let found = try bench.answer("auc women times=[1825, 3650] risk=size")
        #expect(found["auc"].items.count == 2)
        for (value, wanted) in zip(try found["auc"].numbers(), try oracle["auc"].numbers()) {
            expectClose(value, wanted, "auc")
        }
        #expect(try bench.answer("auc women times=3650 risk=size")["auc"][0] == found["auc"][1])
        try bench.run("save (auc women times=[1825, 3650] risk=size) \"@/auc.csv\"")
        #expect(try bench.read("auc.csv").hasPrefix("time,auc\n1825,"))
    }

    @Test func usableTimesAreNamed() throws {
        let statement = "auc women times=[1825, 99999] risk=size"
        let failure = try #require(try bench.failure(of: statement))
        #expect(failure.message.hasPrefix("99999 is not a time to judge predictions at: nobody is followed beyond "))
        #expect(failure.help?.hasPrefix("use times from 0 to below ") == true)
        try bench.expectFailure(
            "auc women times=[0] risk=size", "times= takes numbers above 0", help: "such as times=[1825, 3650]",
            at: "[0]")
        try bench.expectFailure(
            "uno women", "a cohort has no risk of its own", help: "say which column orders the patients: risk=age")
    }

    /// Pooled over all held-out patients, and by fold as if each were alone.
    @Test func crossValidated() throws {
        try bench.write(
            "predictions.csv", Data(contentsOf: Self.fixtures.appendingPathComponent("predictions.csv")))
        try bench.run("cv = load \"@/predictions.csv\"")
        let table = try bench.read("predictions.csv").split(separator: "\n")
        let parts =
            ["patient,time,event,risk"]
            + table.dropFirst().map { String($0) }
            .filter { $0.split(separator: ",")[4] == "1" }
            .map { $0.split(separator: ",").prefix(4).joined(separator: ",") }
        try bench.write("first.csv", parts.joined(separator: "\n") + "\n")
        try bench.run("first = load \"@/first.csv\"")
        let folds = try bench.answer("uno cv")["folds"]
        #expect(folds["fold"][0] == .number(1))
        #expect(try folds["value"][0] == bench.answer("uno first")["concordance"])
        let pooled = try bench.answer("auc cv times=[10]")
        #expect(try pooled["folds"][0]["value"][0] == bench.answer("auc first times=[10]")["auc"][0])
        #expect(try !bench.answer("auc first times=[10]").has("folds"))
    }
}
