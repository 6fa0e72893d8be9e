/// An entry of a sequence, and what came before it in the sequence with a lower rank: how many entries, and the sum of
/// their weights.
///
/// Entries are dealt out by three bits of their ranks at a time, the highest first, each part keeping its order; at each
/// step an entry adds up what was dealt before it with a lower digit. Sums of one step run over eight numbers, and the
/// parts soon fit into the nearest cache, where a tree of sums over all ranks would be reached at random. O(n log n), as
/// a merge sort that counts inversions.
struct LowerBefore {
    let rank: UInt32
    /// What the entry is; both mean nothing here.
    let row: UInt32
    let tag: UInt32
    private(set) var countBelow: UInt32
    let weight: Double
    private(set) var weightBelow = 0.0

    /// - Parameter count: what `countBelow` starts from.
    init(rank: Int, row: Int, tag: Int, count: Int, weight: Double) {
        self.rank = UInt32(truncatingIfNeeded: rank)
        self.row = UInt32(truncatingIfNeeded: row)
        self.tag = UInt32(truncatingIfNeeded: tag)
        countBelow = UInt32(truncatingIfNeeded: count)
        self.weight = weight
    }

    /// Fills in the sums, and leaves the entries in ascending order of rank, those of one rank in the order of the
    /// sequence.
    ///
    /// - Parameters:
    ///   - entries: the sequence.
    ///   - ranks: above every rank.
    static func gather(_ entries: inout [LowerBefore], ranks: Int) {
        precondition(entries.count < 1 << 31 && ranks < 1 << 32, "\(entries.count) patients are too many to rank")
        let bits = Int.bitWidth - max(ranks - 1, 0).leadingZeroBitCount
        guard bits > 0 else { return }
        var spare = entries
        entries.withUnsafeMutableBufferPointer { entries in
            spare.withUnsafeMutableBufferPointer { spare in
                guard let home = entries.baseAddress, let away = spare.baseAddress else { return }
                let dealer = Dealer(home: home, away: away)
                dealer.deal(0..<entries.count, isHome: true, shift: UInt32((bits - 1) / 3 * 3))
            }
        }
    }

    private struct Dealer: ~Copyable {
        let home: UnsafeMutablePointer<LowerBefore>
        let away: UnsafeMutablePointer<LowerBefore>
        /// Running sums below each digit, eight weights and eight counts, which are read one by one and added to at once.
        private let sums = UnsafeMutableRawPointer.allocate(byteCount: 96, alignment: 64)
        /// For each digit 1 at the higher digits.
        private let higher = UnsafeMutablePointer<SIMD8<Double>>.allocate(capacity: 8)
        private let higherCount = UnsafeMutablePointer<SIMD8<UInt32>>.allocate(capacity: 8)

        /// Parts up to this size are sorted by insertion.
        private static let small = 16

        init(home: UnsafeMutablePointer<LowerBefore>, away: UnsafeMutablePointer<LowerBefore>) {
            self.home = home
            self.away = away
            for digit in 0..<8 {
                var ones = SIMD8<UInt32>.zero
                for other in digit + 1..<max(8, digit + 1) { ones[other] = 1 }
                higherCount[digit] = ones
                higher[digit] = SIMD8<Double>(ones)
            }
        }

        deinit {
            sums.deallocate()
            higher.deallocate()
            higherCount.deallocate()
        }

        /// Puts a part in order of its remaining bits, and there where it belongs.
        ///
        /// - Parameter isHome: where the part is now.
        borrowing func deal(_ part: Range<Int>, isHome: Bool, shift: UInt32) {
            let (source, target) = isHome ? (home, away) : (away, home)
            if part.count <= Self.small {
                Self.insert(source + part.lowerBound, part.count)
                if !isHome { move(part) }
                return
            }
            var ends = [Int](repeating: 0, count: 8)
            ends.withUnsafeMutableBufferPointer { next in
                for index in part { next[Int((source[index].rank &>> shift) & 7)] &+= 1 }
                var position = part.lowerBound
                for digit in 0..<8 {
                    let size = next[digit]
                    next[digit] = position
                    position += size
                }
                distribute(part, source, target, next.baseAddress!, shift)
            }
            var start = part.lowerBound
            for end in ends {
                let child = start..<end
                start = end
                if child.isEmpty { continue }
                if shift > 0 {
                    deal(child, isHome: !isHome, shift: shift - 3)
                } else if isHome {
                    move(child)
                }
            }
        }

        private borrowing func distribute(
            _ part: Range<Int>, _ source: UnsafeMutablePointer<LowerBefore>,
            _ target: UnsafeMutablePointer<LowerBefore>, _ next: UnsafeMutablePointer<Int>, _ shift: UInt32
        ) {
            let (weights, counts) = (sums, sums + 64)
            weights.storeBytes(of: .zero, as: SIMD8<Double>.self)
            counts.storeBytes(of: .zero, as: SIMD8<UInt32>.self)
            for index in part {
                var entry = source[index]
                let digit = Int((entry.rank &>> shift) & 7)
                entry.weightBelow += weights.load(fromByteOffset: digit &* 8, as: Double.self)
                entry.countBelow &+= counts.load(fromByteOffset: digit &* 4, as: UInt32.self)
                weights.storeBytes(
                    of: weights.load(as: SIMD8<Double>.self) + entry.weight * higher[digit], as: SIMD8<Double>.self)
                counts.storeBytes(
                    of: counts.load(as: SIMD8<UInt32>.self) &+ higherCount[digit], as: SIMD8<UInt32>.self)
                target[next[digit]] = entry
                next[digit] &+= 1
            }
        }

        private borrowing func move(_ part: Range<Int>) {
            (home + part.lowerBound).update(from: away + part.lowerBound, count: part.count)
        }

        private static func insert(_ entries: UnsafeMutablePointer<LowerBefore>, _ count: Int) {
            for index in 1..<max(count, 1) {
                var entry = entries[index]
                var position = index
                while position > 0 && entries[position - 1].rank > entry.rank {
                    entries[position] = entries[position - 1]
                    position -= 1
                }
                // Those of the same rank come last among those before, and do not count.
                for other in 0..<position where entries[other].rank < entry.rank {
                    entry.weightBelow += entries[other].weight
                    entry.countBelow &+= 1
                }
                entries[position] = entry
            }
        }
    }
}
