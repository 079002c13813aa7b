namespace EdgeStream.Devices;

/// <summary>A way in which devices write their payloads.</summary>
/// <remarks>Thread-safe. Reading never throws, whatever the bytes are.</remarks>
internal abstract class Dialect
{
    /// <summary>Reads one payload.</summary>
    /// <param name="message">The message.</param>
    /// <param name="batch">Takes the readings; what it took counts only when the call succeeds.</param>
    /// <param name="problem">What is wrong, where, and what to do; no full stop at its end.</param>
    internal abstract bool TryRead(in DialectMessage message, ReadingBatch batch, out string problem);
}
