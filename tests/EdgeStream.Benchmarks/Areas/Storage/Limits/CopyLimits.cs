using System.Runtime.InteropServices;
using EdgeStream.Benchmarks.Measuring;
using EdgeStream.Storage;

namespace EdgeStream.Benchmarks.Areas.Storage.Limits;

/// <summary>
/// The least that any log does with a record: copy it behind a small head, with a CRC-32C over both. Files of the
/// shard log's segment size, their blocks reserved before they are filled.
/// </summary>
internal static unsafe class CopyLimits
{
    private const int FileSizeBytes = 64 << 20;
    private const int BatchSizeBytes = 64 << 10;
    private const int HeadSizeBytes = 8;
    private const int ChecksumSizeBytes = 4;
    private const int OverheadBytes = HeadSizeBytes + ChecksumSizeBytes;

    /// <summary>Copies into mapped files; records per second.</summary>
    public static double Mapped(string folder, int recordSize, long count)
    {
        var record = new byte[recordSize];
        var perFile = FileSizeBytes / (recordSize + OverheadBytes);
        var started = TimeProvider.System.GetTimestamp();
        for (long done = 0; done < count; done += perFile)
        {
            using var file = PlainFile.Create(NameOf(folder, done), FileSizeBytes);
            var start = PlainFile.Map(file, FileSizeBytes);
            Fill(new Span<byte>(start, FileSizeBytes), record, (int)Math.Min(perFile, count - done), done);
            PlainFile.Unmap(start, FileSizeBytes);
        }

        return count / TimeProvider.System.GetElapsedTime(started).TotalSeconds;
    }

    /// <summary>Copies into a buffer that is written whenever it is full; records per second.</summary>
    public static double Batched(string folder, int recordSize, long count)
    {
        var record = new byte[recordSize];
        var buffer = new byte[BatchSizeBytes];
        var perBatch = BatchSizeBytes / (recordSize + OverheadBytes);
        var batchSize = perBatch * (recordSize + OverheadBytes);
        var perFile = FileSizeBytes / batchSize * perBatch;
        var started = TimeProvider.System.GetTimestamp();
        for (long done = 0; done < count; done += perFile)
        {
            using var file = PlainFile.Create(NameOf(folder, done), FileSizeBytes);
            var left = (int)Math.Min(perFile, count - done);
            for (long offset = 0; left > 0; offset += batchSize, left -= perBatch)
            {
                var size = Fill(buffer, record, Math.Min(perBatch, left), done);
                RandomAccess.Write(file, buffer.AsSpan(0, size), offset);
            }
        }

        return count / TimeProvider.System.GetElapsedTime(started).TotalSeconds;
    }

    /// <summary>Reads what <see cref="Mapped"/> wrote and checks it; records per second.</summary>
    public static double Checked(string folder, int recordSize, long count)
    {
        var slot = recordSize + OverheadBytes;
        var perFile = FileSizeBytes / slot;
        var seen = 0;
        var started = TimeProvider.System.GetTimestamp();
        for (long done = 0; done < count; done += perFile)
        {
            using var file = File.OpenHandle(NameOf(folder, done), FileMode.Open, FileAccess.ReadWrite);
            var start = PlainFile.Map(file, FileSizeBytes);
            for (var index = 0; index < Math.Min(perFile, count - done); index++)
            {
                var source = new ReadOnlySpan<byte>(start + ((long)index * slot), slot);
                if (Crc32C.Compute(source[..^ChecksumSizeBytes])
                    != MemoryMarshal.Read<uint>(source[^ChecksumSizeBytes..]))
                {
                    throw new InvalidDataException($"Record {done + index} is damaged.");
                }

                seen += source[HeadSizeBytes];
            }

            PlainFile.Unmap(start, FileSizeBytes);
        }

        Consumed.Bytes(seen);
        return count / TimeProvider.System.GetElapsedTime(started).TotalSeconds;
    }

    private static int Fill(Span<byte> target, ReadOnlySpan<byte> record, int count, long firstNumber)
    {
        var slot = record.Length + OverheadBytes;
        for (var index = 0; index < count; index++)
        {
            var place = target.Slice(index * slot, slot);
            MemoryMarshal.Write(place, firstNumber + index);
            record.CopyTo(place[HeadSizeBytes..]);
            MemoryMarshal.Write(place[^ChecksumSizeBytes..], Crc32C.Compute(place[..^ChecksumSizeBytes]));
        }

        return count * slot;
    }

    private static string NameOf(string folder, long first) => Path.Combine(folder, $"{first}");
}
