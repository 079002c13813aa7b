namespace EdgeStream.Delivery;

/// <summary>Why records were refused, in the destination's own words.</summary>
/// <param name="Reason">The kind of reason.</param>
/// <param name="Code">The destination's code, at most 64 characters.</param>
/// <param name="Message">What it means, at most 512 characters.</param>
internal sealed record RejectionCause(RejectionReason Reason, string Code, string Message)
{
    private const int CodeLengthMax = 64;
    private const int MessageLengthMax = 512;

    /// <summary>A cause whose texts are cut to what the ledger holds.</summary>
    public static RejectionCause Of(RejectionReason reason, string code, string message) =>
        new(reason, Cut(code, CodeLengthMax), Cut(message, MessageLengthMax));

    private static string Cut(string text, int length) =>
        text.Length <= length ? text : char.IsHighSurrogate(text[length - 1]) ? text[..(length - 1)] : text[..length];
}
