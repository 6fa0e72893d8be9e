import Foundation

/// What was asked for; the words are those of Scripts/benchmarks/statistics.
struct Options {
    var patients = [100_000, 1_000_000]
    var rounds = 5
    var estimators = Estimator.allCases
    var markdown: String?
    var peers = ""
    var data = ""
    /// Run our estimators on this file, on request.
    var answer: String?

    static let seed: UInt64 = 1

    init(_ arguments: [String]) throws {
        var rest = arguments[...]
        func words() -> [String] {
            let words = rest.prefix { !$0.hasPrefix("--") }
            rest = rest.dropFirst(words.count)
            return Array(words)
        }
        func numbers(_ option: String, from lowest: Int) throws -> [Int] {
            let words = words()
            let numbers = words.compactMap(Int.init)
            guard !numbers.isEmpty, numbers.count == words.count, numbers.allSatisfy({ $0 >= lowest }) else {
                throw BenchmarkError.usage("\(option) wants whole numbers from \(lowest) on")
            }
            return numbers
        }
        func path(_ option: String) throws -> String {
            let words = words()
            guard words.count == 1 else { throw BenchmarkError.usage("\(option) wants one file or folder") }
            return words[0]
        }
        while let option = rest.popFirst() {
            switch option {
            case "--quick": (patients, rounds) = ([20_000], 2)
            // Fewer would leave an evaluation time without events.
            case "--patients": patients = try numbers(option, from: 1_000).sorted()
            case "--rounds": rounds = try numbers(option, from: 1)[0]
            case "--only":
                let words = words()
                estimators = Estimator.allCases.filter { words.contains($0.rawValue) }
                guard !words.isEmpty, estimators.count == Set(words).count else {
                    let names = Estimator.allCases.map(\.rawValue).joined(separator: ", ")
                    throw BenchmarkError.usage("--only wants names of estimators: \(names)")
                }
            case "--markdown": markdown = try path(option)
            case "--peers": peers = try path(option)
            case "--data": data = try path(option)
            case "--answer": answer = try path(option)
            default: throw BenchmarkError.usage("unknown argument \(option)")
            }
        }
    }
}

func benchmark(_ options: Options) throws -> Bool {
    var (smaller, text, agrees) = (Measurement?.none, "", true)
    for patients in options.patients {
        let path = "\(options.data)/statistics-\(patients)-\(Options.seed).f64"
        if !FileManager.default.fileExists(atPath: path) {
            try BenchmarkData.make(patients: patients, seed: Options.seed, at: path)
        }
        var measurement = Measurement(patients: patients)
        try measurement.run(
            options.estimators, rounds: options.rounds, smaller: smaller, peers: options.peers, data: path)
        let report = Report(measurement: measurement, estimators: options.estimators)
        if smaller == nil { print("Peers: " + measurement.versions.joined(separator: "; ") + "\n") }
        print(report.plain)
        measurement.notes.forEach { print($0) }
        measurement.disagreements.forEach { print("DISAGREES: \($0)") }
        if measurement.disagreements.isEmpty { print("All values agree.") }
        print("")
        text += report.markdown + "\n" + measurement.notes.map { "- \($0)\n" }.joined() + "\n"
        agrees = agrees && measurement.disagreements.isEmpty
        smaller = measurement
    }
    if let file = options.markdown { try text.write(toFile: file, atomically: true, encoding: .utf8) }
    return agrees
}

do {
    let options = try Options(Array(CommandLine.arguments.dropFirst()))
    if let path = options.answer {
        try OwnAnswers(data: BenchmarkData(path: path)).serve()
    } else if try !benchmark(options) {
        exit(1)
    }
} catch {
    FileHandle.standardError.write(Data("statistics: error: \(error.localizedDescription)\n".utf8))
    exit(error is BenchmarkError ? 2 : 1)
}
