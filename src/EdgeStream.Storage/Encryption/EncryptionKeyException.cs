namespace EdgeStream.Storage;

/// <summary>A segment is encrypted with a key that was not given; nothing was changed.</summary>
public sealed class EncryptionKeyException : IOException
{
    /// <summary>Says which file and which key.</summary>
    public EncryptionKeyException(string message)
        : base(message)
    {
    }
}
