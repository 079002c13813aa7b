namespace EdgeStream.Storage;

/// <summary>How many segments need a key.</summary>
/// <param name="Name">What the key is called; null for segments that are not encrypted.</param>
/// <param name="Id">Which key it is; 0 where there is none.</param>
/// <param name="Segments">The number of segments.</param>
public readonly record struct LogKeyUse(string? Name, ulong Id, int Segments)
{
    /// <summary>Whether the key is among some.</summary>
    public bool IsAmong(LogEncryption? encryption) => encryption?.Find(Id) is not null;

    /// <summary>Counts one more segment.</summary>
    internal static void Add(IList<LogKeyUse> uses, SegmentCipher? cipher)
    {
        for (var i = 0; i < uses.Count; i++)
        {
            if (uses[i].Name == cipher?.KeyName && uses[i].Id == (cipher?.KeyId ?? 0))
            {
                uses[i] = uses[i] with { Segments = uses[i].Segments + 1 };
                return;
            }
        }

        uses.Add(new LogKeyUse(cipher?.KeyName, cipher?.KeyId ?? 0, 1));
    }

    /// <summary>The key as messages show it.</summary>
    public override string ToString() => Name is null ? "not encrypted" : EncryptionKey.Describe(Name, Id);
}
