namespace EdgeStream.Storage;

/// <summary>How many segments need a key.</summary>
/// <param name="Name">What the key is called; null for segments that are not encrypted.</param>
/// <param name="Id">Which key it is; 0 where there is none.</param>
/// <param name="Segments">The number of segments.</param>
/// <param name="IsLocked">
/// Whether nobody can tell which key they need, since their key blocks are damaged or cannot be read: while there are
/// any, no key may go.
/// </param>
public readonly record struct LogKeyUse(string? Name, ulong Id, int Segments, bool IsLocked = false)
{
    /// <summary>Whether the key is among some.</summary>
    public bool IsAmong(LogEncryption? encryption) => encryption?.Find(Id) is not null;

    /// <summary>Counts one more segment.</summary>
    internal static void Add(IList<LogKeyUse> uses, Segment segment)
    {
        var cipher = segment.Cipher;
        var use = new LogKeyUse(cipher?.KeyName, cipher?.KeyId ?? 0, 0, segment.IsLocked || segment.IsUnknown);
        for (var i = 0; i < uses.Count; i++)
        {
            if (uses[i] with { Segments = 0 } == use)
            {
                uses[i] = uses[i] with { Segments = uses[i].Segments + 1 };
                return;
            }
        }

        uses.Add(use with { Segments = 1 });
    }

    /// <summary>The key as messages show it.</summary>
    public override string ToString() => IsLocked ? "damaged, so that no key may go"
        : Name is null ? "not encrypted"
        : EncryptionKey.Describe(Name, Id);
}
