namespace EdgeStream.Delivery;

/// <summary>What a process or an endpoint has answered for one record.</summary>
/// <param name="Outcome">What becomes of it.</param>
/// <param name="Data">What it is made into; empty unless it goes out.</param>
/// <param name="Cause">Why it failed; null unless it did.</param>
internal readonly record struct TransformAnswer(
    TransformOutcome Outcome, ReadOnlyMemory<byte> Data, RejectionCause? Cause);
