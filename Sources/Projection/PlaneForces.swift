import Foundation
import Results

/// The points of a layout and the forces between them, for t-SNE.
///
/// With w_ij = 1 / (1 + ‖y_i − y_j‖²), Z = Σ_{i≠j} w_ij and q_ij = w_ij / Z, the gradient of KL(P ‖ Q) is
/// 4 Σ_j (p_ij − q_ij) w_ij (y_i − y_j). One pass over the pairs i < j sums the attraction p w (y_i − y_j), the
/// repulsion w² (y_i − y_j) and Z.
struct PlaneForces {
    let count: Int
    /// x of all points, then y of all points.
    private var coordinates: [Double]
    /// x and y of the attraction, then of the repulsion, each for all points.
    private var forces: [Double]

    init(start: Matrix) {
        count = start.rows
        coordinates = start.transposed.values
        forces = [Double](repeating: 0, count: 4 * count)
    }

    /// Rows × 2.
    var points: Matrix { Matrix(rows: 2, columns: count, values: coordinates).transposed }

    /// Adds to the coordinates: x of all points, then y.
    mutating func move(by step: [Double]) {
        for k in coordinates.indices { coordinates[k] += step[k] }
    }

    /// The gradient of KL(P ‖ Q), with p_ij multiplied by `exaggeration`: x of all points, then y.
    mutating func gradient(_ affinities: Affinities, exaggeration: Double) -> [Double] {
        let normaliser = sumForces(affinities)
        let n = count
        return (0..<2 * n).map { 4 * (exaggeration * forces[$0] - forces[2 * n + $0] / normaliser) }
    }

    /// KL(P ‖ Q) in nats.
    func divergence(from affinities: Affinities) -> Double {
        var (sum, normaliser) = (0.0, 0.0)
        var k = 0
        for i in 0..<count {
            for j in i + 1..<max(i + 1, count) {
                let dx = coordinates[i] - coordinates[j]
                let dy = coordinates[count + i] - coordinates[count + j]
                let weight = 1 / (1 + dx * dx + dy * dy)
                normaliser += 2 * weight
                let p = affinities.upper[k]
                if p > 0 { sum += 2 * p * log(p / weight) }
                k += 1
            }
        }
        return sum + log(normaliser)
    }

    /// Fills `forces` and returns Z.
    private mutating func sumForces(_ affinities: Affinities) -> Double {
        let n = count
        for k in forces.indices { forces[k] = 0 }
        return coordinates.withUnsafeBufferPointer { coordinates in
            forces.withUnsafeMutableBufferPointer { forces in
                affinities.upper.withUnsafeBufferPointer { upper in
                    var pass = PairPass(
                        x: coordinates.baseAddress!, y: coordinates.baseAddress! + n,
                        attractionX: forces.baseAddress!, attractionY: forces.baseAddress! + n,
                        repulsionX: forces.baseAddress! + 2 * n, repulsionY: forces.baseAddress! + 3 * n)
                    for i in 0..<n {
                        let row = upper.baseAddress! + Affinities.start(ofRow: i, count: n)
                        pass.addRow(i, affinities: row - (i + 1), count: n)
                    }
                    return 2 * pass.sum
                }
            }
        }
    }
}

/// The innermost loop: bare pointers and four pairs at a time, for this is where all the time goes.
private struct PairPass {
    typealias Four = SIMD4<Double>

    let x, y: UnsafePointer<Double>
    let attractionX, attractionY, repulsionX, repulsionY: UnsafeMutablePointer<Double>
    var sum = 0.0

    /// Adds the pairs (i, j) for all j > i; `affinities[j]` is p_ij.
    mutating func addRow(_ i: Int, affinities: UnsafePointer<Double>, count: Int) {
        let (xi, yi) = (x[i], y[i])
        var (weights, ax, ay, rx, ry) = (Four.zero, Four.zero, Four.zero, Four.zero, Four.zero)
        var j = i + 1
        while j + 4 <= count {
            let dx = xi - Self.load(x + j)
            let dy = yi - Self.load(y + j)
            let weight = 1 / (1 + dx * dx + dy * dy)
            let attraction = Self.load(affinities + j) * weight
            let repulsion = weight * weight
            weights += weight
            ax += Self.subtract(attraction * dx, from: attractionX + j)
            ay += Self.subtract(attraction * dy, from: attractionY + j)
            rx += Self.subtract(repulsion * dx, from: repulsionX + j)
            ry += Self.subtract(repulsion * dy, from: repulsionY + j)
            j += 4
        }
        while j < count {
            let (dx, dy) = (xi - x[j], yi - y[j])
            let weight = 1 / (1 + dx * dx + dy * dy)
            let attraction = affinities[j] * weight
            weights[0] += weight
            ax[0] += attraction * dx
            ay[0] += attraction * dy
            rx[0] += weight * weight * dx
            ry[0] += weight * weight * dy
            attractionX[j] -= attraction * dx
            attractionY[j] -= attraction * dy
            repulsionX[j] -= weight * weight * dx
            repulsionY[j] -= weight * weight * dy
            j += 1
        }
        sum += weights.sum()
        attractionX[i] += ax.sum()
        attractionY[i] += ay.sum()
        repulsionX[i] += rx.sum()
        repulsionY[i] += ry.sum()
    }

    @inline(__always)
    private static func load(_ pointer: UnsafePointer<Double>) -> Four {
        UnsafeRawPointer(pointer).loadUnaligned(as: Four.self)
    }

    /// Takes `value` off the four numbers at `pointer` (Newton's third law) and returns it.
    @inline(__always)
    private static func subtract(_ value: Four, from pointer: UnsafeMutablePointer<Double>) -> Four {
        let raw = UnsafeMutableRawPointer(pointer)
        raw.storeBytes(of: raw.loadUnaligned(as: Four.self) - value, as: Four.self)
        return value
    }
}
