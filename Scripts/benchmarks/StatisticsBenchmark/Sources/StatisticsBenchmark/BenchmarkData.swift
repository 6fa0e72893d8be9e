import Foundation
import Results

/// Simulated patients in one file of doubles: patients, covariates and evaluation times as numbers; then by column the
/// time, the event, two groups, ten groups, the risk and the covariates; then the evaluation times and the cumulative
/// hazards H at them. Predicted survival is exp(−H e^risk), which is compact and still different for every patient.
///
/// Hazards are proportional, the risk is the linear predictor with noise, 30% are censored, and times are rounded up to
/// two decimals, so that there are some thousand distinct ones.
struct BenchmarkData {
    static let covariates = 10
    static let evaluations = 100

    let outcome: Outcome
    let two: [String]
    let ten: [String]
    let risk: [Double]
    let x: Matrix
    let times: [Double]
    private let hazard: [Double]

    static func make(patients: Int, seed: UInt64, at path: String) throws {
        var random = SeededGenerator(seed: seed)
        var x = [[Double]](repeating: [], count: covariates)
        var (risk, rate) = ([Double](), [Double]())
        for _ in 0..<patients {
            var predictor = 0.0
            for column in 0..<covariates {
                let value = random.normal()
                x[column].append(value)
                predictor += effect(of: column) * value
            }
            risk.append(predictor + 0.5 * random.normal())
            rate.append(0.1 * exp(predictor))
        }
        // The rate of censoring at which 30% are expected to be censored.
        var (low, high) = (0.0, 1.0)
        for _ in 0..<60 {
            let middle = (low + high) / 2
            let share = rate.reduce(0) { $0 + middle / (middle + $1) } / Double(patients)
            if share < 0.3 { low = middle } else { high = middle }
        }
        var (time, event, two, ten) = ([Double](), [Double](), [Double](), [Double]())
        for row in 0..<patients {
            let (toEvent, toCensoring) = (-log(random.uniform()) / rate[row], -log(random.uniform()) / low)
            time.append((100 * min(toEvent, toCensoring)).rounded(.up) / 100)
            event.append(toEvent <= toCensoring ? 1 : 0)
            two.append(x[0][row] + random.normal() > 0 ? 1 : 0)
            ten.append(Double(Int(10 * random.uniform().nextDown)))
        }
        let sorted = time.sorted()
        let (first, last) = (sorted[patients / 20], sorted[patients * 9 / 10])
        let step = (last - first) / Double(evaluations - 1)
        let times: [Double] = (0..<evaluations).map { first + step * Double($0) }
        let header = [patients, covariates, evaluations].map(Double.init)
        var bytes = Data()
        for column in [header, time, event, two, ten, risk] + x + [times, times.map { 0.1 * $0 }] {
            column.withUnsafeBytes { bytes.append(contentsOf: $0) }
        }
        try bytes.write(to: URL(fileURLWithPath: path), options: .atomic)
    }

    /// The log hazard ratio of a covariate: they alternate and grow smaller.
    private static func effect(of column: Int) -> Double {
        let size = 0.3 / Double(column + 1)
        return column % 2 == 0 ? size : -size
    }

    init(path: String) throws {
        let bytes = try Data(contentsOf: URL(fileURLWithPath: path))
        let values = bytes.withUnsafeBytes { Array($0.bindMemory(to: Double.self)) }
        guard values.count > 3, values.count == 3 + Int(values[0]) * (5 + Int(values[1])) + 2 * Int(values[2]) else {
            throw BenchmarkError.noData(path)
        }
        let (patients, columns, evaluations) = (Int(values[0]), Int(values[1]), Int(values[2]))
        func column(_ index: Int) -> [Double] { Array(values[3 + index * patients..<3 + (index + 1) * patients]) }
        outcome = try Outcome(time: column(0), event: column(1).map { $0 == 1 })
        two = column(2).map { String(Int($0)) }
        ten = column(3).map { String(Int($0)) }
        risk = column(4)
        var rows = [Double](repeating: 0, count: patients * columns)
        for index in 0..<columns {
            for (row, value) in column(5 + index).enumerated() { rows[row * columns + index] = value }
        }
        x = Matrix(rows: patients, columns: columns, values: rows)
        times = Array(values[(values.count - 2 * evaluations)..<(values.count - evaluations)])
        hazard = Array(values.suffix(evaluations))
    }

    /// Times at which curves are compared.
    var probes: [Double] { probePlaces.map { times[$0] } }
    let probePlaces = [19, 49, 79]

    /// Patients × times.
    func survival() -> Matrix {
        var values: [Double] = []
        values.reserveCapacity(risk.count * times.count)
        for risk in risk {
            let factor = exp(risk)
            for hazard in hazard { values.append(exp(-hazard * factor)) }
        }
        return Matrix(rows: risk.count, columns: times.count, values: values)
    }
}
