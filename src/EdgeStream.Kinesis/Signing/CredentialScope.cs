namespace EdgeStream.Kinesis;

/// <summary>A credential as signed requests name it: <c>id/date/region/service/aws4_request</c>.</summary>
/// <param name="Text">All of it.</param>
/// <param name="AccessKeyId">Whose key.</param>
/// <param name="Date">The day, <c>yyyyMMdd</c>.</param>
/// <param name="Region">The region.</param>
/// <param name="Service">The service.</param>
/// <param name="Terminator">The end.</param>
internal readonly record struct CredentialScope(
    string Text, string AccessKeyId, string Date, string Region, string Service, string Terminator)
{
    private const int PartCount = 5;

    /// <summary>What the string to sign names: all but the access key id.</summary>
    internal ReadOnlySpan<char> Signed => Text.AsSpan(AccessKeyId.Length + 1);

    /// <summary>Takes a credential apart.</summary>
    internal static bool TryParse(string text, out CredentialScope scope)
    {
        var parts = text.Split('/');
        if (parts.Length < PartCount)
        {
            scope = default;
            return false;
        }

        // An access key id may have slashes of its own.
        var end = parts.AsSpan(parts.Length - PartCount + 1);
        var id = text[..(text.Length - end[0].Length - end[1].Length - end[2].Length - end[3].Length - 4)];
        scope = new CredentialScope(text, id, end[0], end[1], end[2], end[3]);
        return true;
    }
}
