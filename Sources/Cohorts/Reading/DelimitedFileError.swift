public import Foundation
import Spelling

/// What can be wrong with a CSV or TSV file. Lines and columns count from 1, the header being line 1.
public enum DelimitedFileError: LocalizedError, Equatable {
    case missing(String, nearest: [String])
    case isFolder(String)
    case unreadable(String)
    case tooLarge(String)
    case compressed(String)
    case notUTF8(String)
    case foreignEncoding(String, line: Int)
    case linesEndInCR(String)
    case empty(String)
    case unnamedColumn(String, column: Int)
    case repeatedColumn(String, name: String, columns: [Int])
    case raggedRow(String, line: Int, cells: Int, expected: Int)
    case unclosedQuote(String, line: Int)

    public var errorDescription: String? {
        switch self {
        case .missing(let path, _): "\(path): there is no such file"
        case .isFolder(let path): "\(path): this is a folder, where a CSV or TSV file was expected"
        case .unreadable(let path): "\(path): the file cannot be opened for reading"
        case .tooLarge(let path): "\(path): the file has more than 4 GB"
        case .compressed(let path): "\(path): the file is compressed"
        case .notUTF8(let path): "\(path): the file is in UTF-16, not in UTF-8"
        case .foreignEncoding(let path, let line):
            "\(path), line \(line): the text is not in UTF-8, but perhaps in Latin-1 or Windows-1252"
        case .linesEndInCR(let path): "\(path): its lines end in CR alone; LF or CRLF was expected"
        case .empty(let path): "\(path): the file is empty; a line naming the columns was expected"
        case .unnamedColumn(let path, let column): "\(path), line 1: column \(column) has no name"
        case .repeatedColumn(let path, let name, let columns):
            "\(path), line 1: columns \(columns.map(String.init).joined(separator: " and ")) are both named \(name)"
        case .raggedRow(let path, let line, let cells, let expected):
            "\(path), line \(line): the row has \(cells) cells, but the header names \(expected) columns"
        case .unclosedQuote(let path, let line): "\(path), line \(line): a quoted cell begins here and does not end"
        }
    }

    public var recoverySuggestion: String? {
        switch self {
        case .missing(_, let nearest):
            nearest.isEmpty
                ? "check the path; no file beside it has a similar name"
                : "did you mean \(list(nearest, "or"))?"
        case .isFolder: nil
        case .unreadable: "check its permissions"
        case .tooLarge: "split it by columns and attach the parts as modalities of their own"
        case .compressed: "decompress it first, for example with gunzip"
        case .notUTF8: "save it as UTF-8"
        case .foreignEncoding: "save it as UTF-8, for example with iconv -f WINDOWS-1252 -t UTF-8"
        case .linesEndInCR: "convert it, for example with tr '\\r' '\\n'"
        case .empty: nil
        case .unnamedColumn: "name it in the header; only the first column may go without a name"
        case .repeatedColumn: "rename one of them"
        case .raggedRow: "a cell that contains the separator has to stand in double quotes"
        case .unclosedQuote: "close it with a double quote; a double quote inside a cell is written twice"
        }
    }
}

/// The files beside `path` whose names are most like its own.
public func nearestFiles(to path: String) -> [String] {
    let url = URL(fileURLWithPath: path)
    let folder = url.deletingLastPathComponent()
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
    let given = (path as NSString).deletingLastPathComponent
    return nearestNames(to: url.lastPathComponent, in: names).map { given.isEmpty ? $0 : "\(given)/\($0)" }
}
