extension Tensor {
    /// Two-dimensional convolution with padding that keeps the size: [batch, channels, height, width] with a kernel
    /// [channels, 1, odd, odd], each channel by itself.
    public func convolvedByChannel(_ kernel: Tensor, bias: Tensor? = nil) throws -> Tensor {
        let size = kernel.shape
        return try .call(
            "aten::conv2d",
            [
                .tensor(self), .tensor(kernel), bias.map(Argument.tensor) ?? .none, .integers([1, 1]),
                .integers([size[2] / 2, size[3] / 2]), .integers([1, 1]), .integer(size[0]),
            ])
    }
}
