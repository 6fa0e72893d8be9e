import Cohorts
import Foundation
import Results
import Testing

@Suite struct CohortSourceTests {
    let folder: TestFolder

    init() throws { folder = try TestFolder() }

    @Test func usualIdColumnsInTheirOrder() throws {
        let path = try folder.write("a.csv", ",id,patient,case_id\n0,1,2,007\n1,4,5,008\n")
        let source = try CohortSource(path: path, id: nil)
        #expect(source.idColumn == "case_id")
        #expect(source.ids == ["007", "008"])
        #expect(source.table.names == ["id", "patient", "case_id"])
        #expect(try CohortSource(path: path, id: "patient").ids == ["2", "5"])
    }

    @Test func namelessLeadingColumnHoldsIds() throws {
        let source = try CohortSource(path: folder.write("rna.csv", ",A,B\nP1,1,2\nP2,3,4\n"), id: nil)
        #expect(source.idColumn == "id")
        #expect(source.ids == ["P1", "P2"])
        #expect(source.table["B"] == .numbers([2, 4]))
    }

    @Test func rowsWithoutAnIdAreCounted() throws {
        let source = try CohortSource(path: folder.write("a.csv", "id,x\nP1,1\n,2\nNA,3\nP2,4\n"), id: nil)
        #expect(source.ids == ["P1", "P2"])
        #expect(source.table["x"] == .numbers([1, 4]))
        let cohort = try Cohort(source: source, time: [5, 6], event: [1, 0], keep: [true, true])
        #expect(cohort.exclusions.map(\.count) == [2])
        #expect(cohort.exclusions[0].text.contains("2 rows left out: no id in"))
        #expect(cohort.exclusions[0].examples == ["line 3", "line 4"])
    }

    @Test func wrongColumnsSuggestTheNearest() throws {
        let path = try folder.write("a.csv", "case_id,time\nP1,1\n")
        expectMessage("a.csv: there is no column cas_id", "did you mean case_id?") {
            _ = try CohortSource(path: path, id: "cas_id")
        }
        let other = try folder.write("b.csv", "code,time\nP1,1\n")
        expectMessage("b.csv", "case_id, patient_id", "name it with id=; the columns are code, time") {
            _ = try CohortSource(path: other, id: nil)
        }
        expectMessage("there are no rows") { _ = try CohortSource(path: folder.write("c.csv", "id,time\n"), id: nil) }
    }

    @Test func cohortOfOneRowPerPatient() throws {
        let cohort = try readCohort(
            folder.write("a.csv", "id,time,event,age,sex\nP1,5,1,60,f\nP2,0,0,NA,m\nP3,7.5,1,55,\n"))
        #expect(cohort.patients == ["P1", "P2", "P3"])
        #expect(cohort.outcome.time == [5, 0, 7.5])
        #expect(cohort.outcome.event == [true, false, true])
        #expect(cohort.table.names == ["time", "event", "age", "sex"])
        #expect(try labels(cohort.table, "sex") == ["f", "m", nil])
        #expect(cohort.exclusions.isEmpty && cohort.notes.isEmpty)
    }

    @Test func rowsOfAPatientAreMerged() throws {
        let cohort = try readCohort(
            folder.write(
                "a.csv",
                "id,slide_id,time,event,age\nP1,s1,5,1,\nP2,s2,8,0,40\nP1,s3,,1,61\nP1,s4,5,,62\n"))
        #expect(cohort.patients == ["P1", "P2"])
        #expect(cohort.outcome.time == [5, 8])
        #expect(try numbers(cohort.table, "age") == [61, 40])
        #expect(try labels(cohort.table, "slide_id") == ["s1", "s2"])
        #expect(cohort.notes.count == 1)
        #expect(cohort.notes[0].text.contains("rows of one patient differ in slide_id for 1, age for 1"))
    }

    @Test func missingTimeAndEventAreCounted() throws {
        let source = try CohortSource(
            path: folder.write("a.csv", "id,time,event\nA,,1\nB,2,\nC,3,0\nD,4,1\nE,NA,\nF,1,1\nF,1,1\n"), id: nil)
        let cohort = try Cohort(
            source: source, time: numbers(source.table, "time"), event: numbers(source.table, "event"),
            keep: [true, true, true, false, true, true, false])
        #expect(cohort.patients == ["C", "F"])
        #expect(
            cohort.exclusions.map(\.text) == [
                "1 patient left out: where= does not hold (D)",
                "1 row left out: where= does not hold or is missing, of patients with other rows (F)",
                "2 patients left out: no follow-up time (A, E)",
                "1 patient left out: no event status (B)",
            ])
    }

    @Test func conflictingOutcomesNameTheRows() throws {
        expectMessage("a.csv, lines 2 and 4: the rows of P1 have different outcomes (time 5; time 6)", "where=") {
            _ = try readCohort(folder.write("a.csv", "id,time,event\nP1,5,1\nP2,5,1\nP1,6,1\n"))
        }
        expectMessage("lines 2 and 3", "(event; censored)") {
            _ = try readCohort(folder.write("a.csv", "id,time,event\nP1,5,1\nP1,5,0\n"))
        }
    }

    @Test func impossibleTimesNameTheRow() throws {
        expectMessage("a.csv, line 3: the follow-up time of P2 is -1; a time is finite and not negative") {
            _ = try readCohort(folder.write("a.csv", "id,time,event\nP1,5,1\nP2,-1,1\n"))
        }
        expectMessage("line 2: the follow-up time of P1 is inf") {
            _ = try readCohort(folder.write("a.csv", "id,time,event\nP1,inf,1\n"))
        }
        expectMessage("a.csv, line 3: the follow-up time is \"unknown\", which is not a number") {
            _ = try readCohort(folder.write("a.csv", "id,time,event\nP1,5,1\nP2,unknown,1\n"))
        }
    }

    @Test func eventsAreNothingButZeroAndOne() throws {
        expectMessage("a.csv, line 3: the event is 2, which is neither 0 or 1 nor true or false", "event=(status == 2)")
        {
            _ = try readCohort(folder.write("a.csv", "id,time,event\nP1,5,1\nP2,4,2\n"))
        }
        expectMessage("a.csv, line 2: the event is \"dead\"") {
            _ = try readCohort(folder.write("a.csv", "id,time,event\nP1,5,dead\nP2,4,alive\n"))
        }
        let cohort = try readCohort(folder.write("b.csv", "id,time,event\nP1,5,True\nP2,4,FALSE\n"))
        #expect(cohort.outcome.event == [true, false])
    }

    @Test func nobodyLeftAndNobodyWithAnEvent() throws {
        expectMessage("no patient is left (2 patients left out: no follow-up time (P1, P2))") {
            _ = try readCohort(folder.write("a.csv", "id,time,event\nP1,,1\nP2,NA,0\n"))
        }
        let cohort = try readCohort(folder.write("b.csv", "id,time,event\nP1,1,0\nP2,2,0\n"))
        #expect(cohort.notes.contains { $0.text.contains("no patient had the event") })
    }

    /// Cells of rows that do not count are not asked for.
    @Test func whereRescuesFromBadCells() throws {
        let source = try CohortSource(
            path: folder.write("a.csv", "id,time,event\nA,n/k,1\nB,2,unknown\nC,3,0\nD,4,1\n"), id: nil)
        let keep: [Bool?] = [false, nil, true, true]
        let time = try source.times(#require(source.table["time"]), keep: keep)
        let event = try source.events(#require(source.table["event"]), keep: keep)
        let cohort = try Cohort(source: source, time: time, event: event, keep: keep)
        #expect(cohort.patients == ["C", "D"])
        #expect(
            cohort.exclusions.map(\.text) == [
                "1 patient left out: where= does not hold (A)", "1 patient left out: where= is missing (B)",
            ])
        expectMessage("line 2: the follow-up time is \"n/k\"") { _ = try source.times(#require(source.table["time"])) }
    }

    @Test func truthsAmongNumbersAreEvents() throws {
        let cohort = try readCohort(folder.write("a.csv", "id,time,event\nA,1,True\nB,2,false\nC,3,1\nD,4,\n"))
        #expect(cohort.outcome.event == [true, false, true])
    }

    @Test func timesInHexadecimalAreNone() throws {
        expectMessage("the follow-up time is \"0x1F\"") {
            _ = try readCohort(folder.write("a.csv", "id,time,event\nA,0x1F,1\nB,2,0\n"))
        }
    }

    /// One word makes a column of numbers one of labels, which is said.
    @Test func aWordAmongNumbersIsNamed() throws {
        let rows = (1...11).map { "P\($0),\($0),1,\(40 + $0),T\($0 % 3)\n" }.joined()
        let cohort = try readCohort(
            folder.write("a.csv", "id,time,event,age,stage\n" + rows + "P12,12,0,[Not Available],T1\n"))
        #expect(
            cohort.notes.map(\.text) == [
                "\(folder.path)/a.csv: age holds numbers but for 1 of 12 rows (\"[Not Available]\"), and is taken as labels; "
                    + "leave such cells empty or NA for numbers"
            ])
    }

    /// A column called as the outcome is, but with other values, is out of reach of formulas.
    @Test func aColumnHiddenByTheOutcomeIsNamed() throws {
        let path = try folder.write("a.csv", "id,os,dead,time,event\nA,5,1,2,1\nB,7,0,7,0\nC,9,1,9,1\n")
        let cohort = try readCohort(path, time: "os", event: "dead")
        #expect(
            cohort.notes.map(\.text) == [
                "\(path): its column time is not the cohort's time (1 of 3 patients differ), and formulas see the latter; "
                    + "rename it to use it"
            ])
        // The same in another unit.
        let rows = (1...12).map { "P\($0),\($0),\($0 % 2),\(Double($0) * 365.25),\($0 % 2)\n" }.joined()
        let scaled = try readCohort(folder.write("b.csv", "id,os,dead,time,event\n" + rows), time: "os", event: "dead")
        #expect(scaled.notes.isEmpty)
    }

    /// Numbers in a first column without a name are row numbers, unless they are asked for.
    @Test func anUnnamedColumnCanBeTheID() throws {
        let path = try folder.write("a.csv", "Unnamed: 0,time,event\n101,5,1\n102,6,0\n")
        #expect(try readCohort(path, id: "Unnamed: 0").patients == ["101", "102"])
        #expect(try readCohort(folder.write("b.csv", ",time,event\n101,5,1\n102,6,0\n"), id: "id").patients.count == 2)
    }

    @Test func severalValuesOfOnePatient() throws {
        let source = try CohortSource(
            path: folder.write("a.csv", "id,risk,fold\nA,1,1\nB,2,1\nA,1.0,2\nA,,\n"), id: nil)
        try source.requireOneValue(of: "risk")
        try source.requireOneValue(of: "none")
        expectMessage("a.csv, lines 2 and 4: the rows of A have 1 and 2 as fold") {
            try source.requireOneValue(of: "fold")
        }
    }
}
