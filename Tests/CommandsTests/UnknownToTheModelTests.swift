import Foundation
import Testing

/// What `predict` tells of patients unlike those of the training.
@Suite struct UnknownToTheModelTests {
    /// Labels that no training patient had, and follow-up that none had.
    @Test func whatTheModelDoesNotKnowIsTold() throws {
        let bench = try Bench()
        func table(_ labels: [String], follow: Int = 1) -> String {
            "id,time,event,a,g\n"
                + (1...24).map {
                    let (time, event) = (($0 * 7 % 25 + 1) * follow, $0 % 3 == 0 ? 0 : 1)
                    return "p\($0),\(time),\(event),\($0 % 5),\(labels[$0 % labels.count])"
                }.joined(separator: "\n")
        }
        for (name, text) in [
            ("a", table(["x", "y", "z"])), ("b", table(["x", "Y", "Z"])), ("c", table(["x", "y", "z"], follow: 2)),
        ] {
            try bench.write("\(name).csv", text)
            try bench.run("\(name) = cohort \"@/\(name).csv\" time=time event=event id=id")
            try bench.run("attach \(name) clinic columns=[a, g]")
        }
        try bench.run("t = train (model snn dim=8) on=a epochs=1")
        let before = bench.told.count
        for name in ["a", "b", "c"] { try bench.run("predict t on=\(name)") }
        #expect(
            bench.told.dropFirst(before) == [
                "warning: clinic: g is Y for 8 patients, Z for 8 patients, which no training patient had; it counts as a level "
                    + "that is not known",
                "warning: no training patient was followed beyond 25, 13 of these 24 are; predicted survival stays after it "
                    + "what it is there",
            ])
    }
}
