import Foundation
import Results
import Testing

@testable import Cohorts

@Suite struct DelimitedFileTests {
    let folder: TestFolder

    init() throws { folder = try TestFolder() }

    private func read(_ text: String, name: String = "table.csv") throws -> DelimitedFile {
        try DelimitedFile(path: folder.write(name, text))
    }

    @Test func quotesCommasNewlinesAndByteOrderMark() throws {
        let file = try read("\u{FEFF}name,note\r\n\"a, b\",\"said \"\"no\"\"\"\r\nc,\"two\nlines\"\r\nd, spaced \r\n")
        #expect(file.columnNames == ["name", "note"])
        #expect(file.texts(0) == ["a, b", "c", "d"])
        #expect(file.texts(1) == ["said \"no\"", "two\nlines", "spaced"])
        #expect(file.lineNumbers == [2, 3, 5])
    }

    @Test func everyWordForMissing() throws {
        let file = try read("x,y\n1,a\n,\nNA,NA\nN/A,n/a\nNaN,nan\nnull,NULL\n.,.\n\"NA\",\"\"\n-2.5e-3,none\n")
        guard case .numbers(let x) = file.column(0) else { return #expect(Bool(false), "x is numeric") }
        #expect(x.map { $0.isNaN } == [false, true, true, true, true, true, true, true, false])
        #expect(x[0] == 1 && x[8] == -0.0025)
        #expect(file.column(1) == .labels(["a", nil, nil, nil, nil, nil, nil, nil, "none"]))
    }

    /// What strtod makes of them: the nearest double, whatever the way it was found.
    @Test(arguments: [
        "0", "-0.0", "7", "+7", ".5", "5.", "0.1", "24.466666666666665", "123456789012345", "1234567890123456789",
        "0.000000000000001", "1e3", "1E-5", "-36893.1234", "9007199254740993", "821.72843949926903",
        "955430966832521.1", "69724.867562804803",
        "2199530279444407.0", "179769313486231570000e288", "4.9e-324",
    ])
    func numbersAreTheNearestDouble(text: String) throws {
        let file = try read("x\n\(text)\n")
        guard case .numbers(let values) = file.column(0) else { return #expect(Bool(false), "a number") }
        #expect(values[0].bitPattern == strtod(text, nil).bitPattern)
    }

    @Test(arguments: ["-", ".e", "1,5", "12a", "0x10", "1 2", "--1", "nan(7)"])
    func otherTextIsNoNumber(text: String) throws {
        let file = try read("x\n\"\(text)\"\n3\n")
        #expect(file.column(0) == .labels([text, "3"]))
    }

    @Test func trueAndFalseAreOneAndZero() throws {
        let file = try read("a,b\nTRUE,true\nFalse,no\n,true\n")
        guard case .numbers(let values) = file.column(0) else { return #expect(Bool(false), "numbers") }
        #expect(values[0] == 1 && values[1] == 0 && values[2].isNaN)
        #expect(file.column(1) == .labels(["true", "no", "true"]))
    }

    @Test func separatorByExtensionOrContent() throws {
        #expect(try read("a\tb, c\n1\t2\n", name: "t.tsv").columnNames == ["a", "b, c"])
        #expect(try read("a\tb\n1\t2\n", name: "t.txt").columnNames == ["a", "b"])
        #expect(try read("a;b\n1;2\n").columnNames == ["a", "b"])
        #expect(try read("\"a;x;y\",b\n1,2\n").columnNames == ["a;x;y", "b"])
    }

    @Test func rowNumbersAreRecognised() throws {
        #expect(try read(",a\n0,x\n1,y\n").hasRowNumbers)
        #expect(try read("Unnamed: 0,a\n5,x\n5,y\n").hasRowNumbers)
        #expect(try !read(",a\nP1,x\nP2,y\n").hasRowNumbers)
        #expect(try !read("n,a\n0,x\n").hasRowNumbers)
    }

    @Test func blankLinesAndNoFinalNewline() throws {
        let file = try read("\na,b\n\n1,2\n\r\n3,4")
        #expect(file.rowCount == 2)
        #expect(file.column(1) == .numbers([2, 4]))
        #expect(file.lineNumbers == [4, 6])
    }

    @Test func raggedRowsNameTheirLine() throws {
        expectMessage("table.csv, line 4: the row has 3 cells, but the header names 2 columns", "double quotes") {
            _ = try read("a,b\n1,2\n\n1,2,3\n")
        }
        expectMessage("line 2: the row has 1 cells") { _ = try read("a,b\n1\n") }
    }

    @Test func brokenFilesSayHow() throws {
        expectMessage("line 3: a quoted cell begins here and does not end") { _ = try read("a,b\n1,2\n3,\"4\n5,6\n") }
        expectMessage("columns 1 and 3 are both named a") { _ = try read("a,b,a\n1,2,3\n") }
        expectMessage("column 2 has no name") { _ = try read("a,,c\n1,2,3\n") }
        expectMessage("the file is empty") { _ = try read("\n\n") }
        expectMessage("UTF-16") { _ = try DelimitedFile(path: folder.write("wide.csv", Data([0xFF, 0xFE, 0x61, 0]))) }
        expectMessage("compressed", "gunzip") {
            _ = try DelimitedFile(path: folder.write("x.csv.gz", Data([0x1F, 0x8B, 8, 0])))
        }
        expectMessage("this is a folder") { _ = try DelimitedFile(path: folder.path) }
    }

    @Test func missingFilesSuggestTheNearest() throws {
        let path = try folder.write("clinical.csv", "a\n1\n")
        expectMessage("clinicl.csv: there is no such file", "did you mean \(path)?") {
            _ = try DelimitedFile(path: path.replacing("clinical", with: "clinicl"))
        }
    }

    /// Bytes that are no UTF-8 would make different ids the same.
    @Test func otherEncodingsAreRefused() throws {
        let path = try folder.write("latin.csv", Data([UInt8]("id,x\na,1\nJos".utf8) + [0xE9] + [UInt8](",2\n".utf8)))
        #expect(throws: DelimitedFileError.foreignEncoding(path, line: 3)) { try DelimitedFile(path: path) }
        #expect(try read("id,x\nJosé,1\n").texts(0) == ["José"])
        let old = try folder.write("old.csv", "id,x\ra,1\r")
        #expect(throws: DelimitedFileError.linesEndInCR(old)) { try DelimitedFile(path: old) }
    }

    /// Where a look at the header would mislead, the reader of the whole file is left to speak.
    @Test func headersThatAreNone() throws {
        #expect(columnNames(ofTable: try folder.write("a.csv", "id,x\n1,2\n")) == ["id", "x"])
        #expect(columnNames(ofTable: try folder.write("b.tsv", "id,x\n1,2\n")) == nil)
        #expect(columnNames(ofTable: try folder.write("c.csv", Data([0x1F, 0x8B, 10, 44, 10]))) == nil)
        #expect(columnNames(ofTable: try folder.write("d.csv", Data([0xFF, 0xFE, 105, 0, 44, 0, 10, 0]))) == nil)
    }
}
