import Foundation

/// Random numbers that depend on nothing but the seed: xoshiro256++ (Blackman & Vigna 2021, ACM TOMS 47:36), its state
/// filled by SplitMix64 as its authors advise.
public struct SeededGenerator: RandomNumberGenerator, Sendable {
    private var state: (UInt64, UInt64, UInt64, UInt64)
    private var spareNormal: Double?

    public init(seed: UInt64) {
        var mixer = SplitMix64(state: seed)
        state = (mixer.next(), mixer.next(), mixer.next(), mixer.next())
    }

    public mutating func next() -> UInt64 {
        let sum = state.0 &+ state.3
        let result = (sum << 23 | sum >> 41) &+ state.0
        let shifted = state.1 << 17
        state.2 ^= state.0
        state.3 ^= state.1
        state.1 ^= state.2
        state.0 ^= state.3
        state.2 ^= shifted
        state.3 = state.3 << 45 | state.3 >> 19
        return result
    }

    /// A number in (0, 1], with 53 random bits; its logarithm is finite.
    public mutating func uniform() -> Double { Double((next() >> 11) + 1) * 0x1p-53 }

    /// A standard normal deviate (Marsaglia's polar method, which makes two at a time).
    public mutating func normal() -> Double {
        if let spare = spareNormal {
            spareNormal = nil
            return spare
        }
        while true {
            let (u, v) = (2 * uniform() - 1, 2 * uniform() - 1)
            let square = u * u + v * v
            if square > 0 && square < 1 {
                let scale = (-2 * log(square) / square).squareRoot()
                spareNormal = v * scale
                return u * scale
            }
        }
    }
}

/// Steele, Lea & Flood 2014; only fills the state of the generator above.
private struct SplitMix64 {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }
}
