/// XXH64 with seed 0 (Collet, xxHash fast digest algorithm, github.com/Cyan4973/xxHash/blob/dev/doc/xxhash_spec.md):
/// tells whether bytes are those that were written. Not for defence against forgers.
///
/// Four lanes take eight bytes each at a time, so that it keeps up with the memory.
func checksum(_ bytes: UnsafeRawBufferPointer) -> UInt64 {
    var hash: UInt64
    var position = 0
    if bytes.count >= 32 {
        var lanes = (prime1 &+ prime2, prime2, UInt64(0), 0 &- prime1)
        while position + 32 <= bytes.count {
            lanes.0 = mixed(lanes.0, word(bytes, position))
            lanes.1 = mixed(lanes.1, word(bytes, position + 8))
            lanes.2 = mixed(lanes.2, word(bytes, position + 16))
            lanes.3 = mixed(lanes.3, word(bytes, position + 24))
            position += 32
        }
        hash = rotated(lanes.0, 1) &+ rotated(lanes.1, 7) &+ rotated(lanes.2, 12) &+ rotated(lanes.3, 18)
        for lane in [lanes.0, lanes.1, lanes.2, lanes.3] { hash = (hash ^ mixed(0, lane)) &* prime1 &+ prime4 }
    } else {
        hash = prime5
    }
    hash &+= UInt64(bytes.count)
    while position + 8 <= bytes.count {
        hash = rotated(hash ^ mixed(0, word(bytes, position)), 27) &* prime1 &+ prime4
        position += 8
    }
    if position + 4 <= bytes.count {
        let half = UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: position, as: UInt32.self))
        hash = rotated(hash ^ UInt64(half) &* prime1, 23) &* prime2 &+ prime3
        position += 4
    }
    for byte in bytes[position...] { hash = rotated(hash ^ UInt64(byte) &* prime5, 11) &* prime1 }
    hash = (hash ^ hash >> 33) &* prime2
    hash = (hash ^ hash >> 29) &* prime3
    return hash ^ hash >> 32
}

private let prime1: UInt64 = 0x9E37_79B1_85EB_CA87
private let prime2: UInt64 = 0xC2B2_AE3D_27D4_EB4F
private let prime3: UInt64 = 0x1656_67B1_9E37_79F9
private let prime4: UInt64 = 0x85EB_CA77_C2B2_AE63
private let prime5: UInt64 = 0x27D4_EB2F_1656_67C5

@inline(__always) private func rotated(_ value: UInt64, _ bits: UInt64) -> UInt64 {
    value << bits | value >> (64 - bits)
}

@inline(__always) private func mixed(_ lane: UInt64, _ input: UInt64) -> UInt64 {
    rotated(lane &+ input &* prime2, 31) &* prime1
}

@inline(__always) private func word(_ bytes: UnsafeRawBufferPointer, _ position: Int) -> UInt64 {
    UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: position, as: UInt64.self))
}
