namespace EdgeStream.Devices;

/// <summary>The way to Modbus devices: a TCP connection or a serial line. One exchange at a time.</summary>
internal interface IModbusLine : IAsyncDisposable
{
    /// <summary>Sends a request and waits for its answer.</summary>
    /// <param name="unit">The device's address.</param>
    /// <param name="request">The request's protocol data unit.</param>
    /// <param name="answerSizeBytes">How long the answer is unless it is an exception.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The answer's protocol data unit.</returns>
    /// <exception cref="ModbusException">Nobody answers, or not as the protocol has it; the next exchange begins
    /// anew.</exception>
    Task<ReadOnlyMemory<byte>> ExchangeAsync(
        byte unit, ReadOnlyMemory<byte> request, int answerSizeBytes, CancellationToken cancellationToken);
}
