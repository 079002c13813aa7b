using System.Security.Cryptography;
using System.Text;
using EdgeStream.Storage;

namespace EdgeStream.Testing;

/// <summary>What kind of life a <see cref="LogModelRun"/> gives a log.</summary>
public sealed record LogModelOptions
{
    /// <summary>What a power cut keeps or loses as one piece, in bytes.</summary>
    public int SectorSizeBytes { get; init; } = 512;

    /// <summary>What an acknowledgement means.</summary>
    public Durability Durability { get; init; } = Durability.Fsync;

    /// <summary>Whether all records have one size, so that a later write ends where an earlier one did.</summary>
    public bool HasOneRecordSize { get; init; }

    /// <summary>How many retired segments may wait to be written again.</summary>
    public int SpareSegmentsMax { get; init; } = 1;

    /// <summary>Whether sealed segments are compressed; the same on every machine.</summary>
    public SegmentCompression Compression { get; init; }

    /// <summary>
    /// Whether there are others beside the producer: readers that stay open, a consumer whose records are protected.
    /// </summary>
    public bool HasCompany { get; init; }

    /// <summary>The keys between which somebody changes, from none on; only in company.</summary>
    public IReadOnlyList<EncryptionKey> Keys { get; init; } = [];

    /// <summary>
    /// Whether every kind of work goes on while power is cut and errors come, and every kind of operation of the disk
    /// may fail or be cut; otherwise a few kinds of both, as in lives whose seeds are kept.
    /// </summary>
    public bool HasAllTroubles { get; init; }

    /// <summary>Whether the disk only pretends to sync; a canary.</summary>
    public bool LiesAboutSync { get; init; }

    /// <summary>Puts something between the log and the disk; a canary.</summary>
    public Func<IDisk, IDisk> Wrap { get; init; } = disk => disk;

    /// <inheritdoc/>
    public override string ToString() => $"sectors of {SectorSizeBytes} bytes, durability {Durability}, "
        + $"{(HasOneRecordSize ? "one record size" : "many record sizes")}, {SpareSegmentsMax} spares, "
        + $"compression {Compression}{(HasCompany ? $", in company, {Keys.Count} keys" : "")}"
        + (HasAllTroubles ? ", all troubles" : "");

    /// <summary>A random life: sector size, durability, sizes and compression.</summary>
    public static LogModelOptions From(Random random) => new()
    {
        SectorSizeBytes = random.Next(2) == 0 ? 512 : 4096,
        Durability = random.Next(4) switch
        {
            0 => new Durability(DurabilityKind.OperatingSystem, 0),
            1 => new Durability(DurabilityKind.Interval, 50),
            _ => Durability.Fsync,
        },
        HasOneRecordSize = random.Next(3) == 0,
        SpareSegmentsMax = random.Next(3),
        Compression = random.Next(4) == 0 ? SegmentCompression.Brotli : SegmentCompression.None,
    };

    /// <summary>A random life in company and all troubles, half of them with keys that change.</summary>
    public static LogModelOptions InCompany(Random random)
    {
        var life = From(random);
        return life with
        {
            HasCompany = true,
            HasAllTroubles = true,
            Keys = random.Next(2) == 0 ? [] : MakeKeys(),
        };
    }

    /// <summary>Two keys that are always the same.</summary>
    public static IReadOnlyList<EncryptionKey> MakeKeys()
    {
        var keys = new List<EncryptionKey>();
        foreach (var name in (string[])["model-1", "model-2"])
        {
            var material = SHA256.HashData(Encoding.ASCII.GetBytes(name));
            keys.Add(EncryptionKey.TryMake(name, material, out var key, out var problem)
                ? key
                : throw new InvalidOperationException(problem));
        }

        return keys;
    }
}
