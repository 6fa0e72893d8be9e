import Foundation

/// A process that has read the data and runs one estimator for each name written to it.
///
/// It answers a line of JSON at a time: first `{"ready": [names], "version": text}`, or `{"missing": how to install}`;
/// then for each name `{"processor": seconds, "wall": seconds, "values": [numbers]}`, or `{"failure": text}`. The times
/// are those of the estimator alone.
final class Peer {
    struct Answer: Decodable {
        var ready: [String]?
        var version: String?
        var missing: String?
        var failure: String?
        var processor: Double?
        var wall: Double?
        var values: [Double?]?
    }

    let kind: PeerKind
    let version: String
    let estimators: Set<String>
    private let process = Process()
    private let requests = Pipe()
    private let answers = Pipe()
    private var unread = Data()

    /// - Throws: `BenchmarkError.missing` when it is not installed.
    init(_ kind: PeerKind, peers: String, data: String) throws {
        self.kind = kind
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = kind.command(peers: peers, data: data)
        process.standardInput = requests
        process.standardOutput = answers
        process.standardError = FileHandle.nullDevice
        try process.run()
        guard let line = Self.line(from: answers.fileHandleForReading, &unread),
            let answer = try? JSONDecoder().decode(Answer.self, from: line),
            let ready = answer.ready, let version = answer.version
        else {
            process.waitUntilExit()
            throw BenchmarkError.missing(kind)
        }
        estimators = Set(ready)
        self.version = version
    }

    /// What an estimator took and gave, and the largest memory that the process held meanwhile, in bytes.
    func run(_ estimator: Estimator) throws -> (answer: Answer, peak: Int) {
        // Makes the kernel forget the peak so far.
        try? Data("5".utf8).write(to: URL(fileURLWithPath: "/proc/\(process.processIdentifier)/clear_refs"))
        requests.fileHandleForWriting.write(Data("\(estimator.rawValue)\n".utf8))
        guard let line = Self.line(from: answers.fileHandleForReading, &unread) else {
            throw BenchmarkError.died(kind, estimator)
        }
        return (try JSONDecoder().decode(Answer.self, from: line), peakMemory)
    }

    private var peakMemory: Int {
        let status = try? String(contentsOfFile: "/proc/\(process.processIdentifier)/status", encoding: .utf8)
        let line = status?.split(separator: "\n").first { $0.hasPrefix("VmHWM:") }
        return (line?.split(whereSeparator: \.isWhitespace)[1]).flatMap { Int($0) }.map { $0 * 1024 } ?? 0
    }

    func stop() {
        try? requests.fileHandleForWriting.close()
        process.waitUntilExit()
    }

    /// nil at the end.
    private static func line(from handle: FileHandle, _ unread: inout Data) -> Data? {
        while true {
            if let end = unread.firstIndex(of: UInt8(ascii: "\n")) {
                let line = Data(unread[unread.startIndex..<end])
                unread = Data(unread[(end + 1)...])
                return line
            }
            let more = handle.availableData
            if more.isEmpty { return nil }
            unread += more
        }
    }
}

enum BenchmarkError: LocalizedError {
    case missing(PeerKind)
    case died(PeerKind, Estimator)
    case usage(String)
    case noData(String)

    var errorDescription: String? {
        switch self {
        case .missing(let kind): "\(kind.rawValue) is not installed: \(kind.installation)"
        case .died(let kind, let estimator): "\(kind.rawValue) ended while it ran \(estimator.title)"
        case .usage(let problem): "\(problem); Scripts/benchmarks/statistics --help tells what there is"
        case .noData(let path): "\(path) does not hold the benchmark's data; remove it, and it is made again"
        }
    }
}
