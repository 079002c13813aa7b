using System.Globalization;
using System.Text;
using EdgeStream.Storage;
using EdgeStream.Streams;

namespace EdgeStream.Benchmarks.Cuts;

/// <summary>
/// Reads what a cut left in a gateway's data folder: message n of <c>tests/powercut/gateway-writer.c</c> is record n of
/// the stream <c>readings</c>, and its bytes follow from n.
/// </summary>
internal static class GatewayCutVerifier
{
    private const string DataFolderName = "data";
    private const string StreamName = "readings";
    private const string DeadLetterName = "dead-letter";
    private const int TextLengthMax = 600;
    private const int LargeEvery = 23;
    private const int LargeTextLength = 3000;
    private const int LetterCount = 26;
    private const int NumbersPerLetterAndLength = 37;

    /// <summary>Whether the folder is one that the gateway's writer was given.</summary>
    public static bool IsGatewayFolder(string folder) => Directory.Exists(Path.Combine(folder, DataFolderName));

    /// <summary>The largest n for which messages 1 to n are intact.</summary>
    /// <exception cref="InvalidDataException">A record is wrong, out of its place, or missing before one that is
    /// there.</exception>
    public static async Task<long> LastIntactAsync(string folder)
    {
        var data = Path.GetFullPath(Path.Combine(folder, DataFolderName));
        await using var store = StreamStore.Open(new StreamStoreOptions { Folder = data });
        foreach (var finding in store.RecoveryFindings)
        {
            await Console.Error.WriteLineAsync(finding);
        }

        if (store.TryGet(DeadLetterName, out var refused) && refused.Statistics.AppendedRecords > 0)
        {
            throw new InvalidDataException($"{refused.Statistics.AppendedRecords} messages were not understood.");
        }

        return store.TryGet(StreamName, out var stream) ? Verify(stream) : 0;
    }

    private static long Verify(DataStream stream)
    {
        var shard = stream.Shards.Single();
        using var reader = shard.OpenReader(ShardPosition.TrimHorizon);
        var expected = SequenceNumber.First;
        while (reader.TryRead(out var record))
        {
            if (record.Sequence != expected)
            {
                throw new InvalidDataException($"Record {record.Sequence} stands where {expected} was due.");
            }

            if (!record.Data.SequenceEqual(Payload(expected.Value)))
            {
                throw new InvalidDataException(
                    $"Record {expected} holds something else: {Encoding.UTF8.GetString(record.Data)}");
            }

            expected = expected.Next;
        }

        return expected.Previous == shard.NewestSequence
            ? shard.NewestSequence.Value
            : throw new InvalidDataException($"The shard ends at {shard.NewestSequence} and reads to {expected}.");
    }

    private static byte[] Payload(long number)
    {
        var length = number % LargeEvery == 0
            ? LargeTextLength
            : (int)(number * NumbersPerLetterAndLength % TextLengthMax);
        var text = new string((char)('a' + (number % LetterCount)), length);
        return Encoding.UTF8.GetBytes(string.Create(
            CultureInfo.InvariantCulture, $$"""{"number":{{number}},"text":"{{text}}"}"""));
    }
}
