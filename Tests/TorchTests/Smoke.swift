import Testing
@testable import Torch

@Suite struct Smoke {
    @Test func adds() throws {
        let a = try Tensor([1, 2, 3, 4] as [Float], shape: [2, 2]).requiringGradient()
        let b = try (a.matmul(a)).sum()
        try b.backward()
        #expect(try b.item() == 54)
        let g = try #require(try a.gradient())
        #expect(try g.floats() == [7, 11, 9, 13])
        #expect(throws: TorchError.self) { try a + Tensor.zeros([3]) }
    }
}
