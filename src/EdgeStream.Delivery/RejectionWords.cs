namespace EdgeStream.Delivery;

/// <summary>Reasons of rejections as API, metrics and error records spell them; they never change.</summary>
public static class RejectionWords
{
    private static readonly string[] Words =
        ["refused", "invalid-name", "not-authorized", "too-large", "invalid-data"];

    /// <summary>How many reasons there are; they are numbered from 0.</summary>
    public static int Count => Words.Length;

    /// <summary>The word for a reason.</summary>
    public static string Of(RejectionReason reason) => Words[(int)reason];
}
