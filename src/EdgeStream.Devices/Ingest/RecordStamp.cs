using System.Buffers.Binary;
using System.Security.Cryptography;
using EdgeStream.Streams;

namespace EdgeStream.Devices;

/// <summary>Tells the records of one message apart for streams that deduplicate.</summary>
/// <remarks>
/// The first record has the producer's own id, so that what a message of one record is called does not depend on its
/// dialect. The others have an id of their own: the first 32 bytes of the SHA-256 of the producer's, and the record's
/// index in the message, 4 bytes little-endian.
/// </remarks>
internal static class RecordStamp
{
    private const int IdSizeBytes = SHA256.HashSizeInBytes + sizeof(int);

    /// <summary>The stamp of a record.</summary>
    /// <param name="message">The message's stamp; the default where it has none.</param>
    /// <param name="index">The record's index in the message.</param>
    /// <param name="memory">64 bytes that hold the id as long as the stamp is used.</param>
    internal static ProducerStamp Of(in ProducerStamp message, int index, Span<byte> memory)
    {
        if (index == 0 || message.ProducerId.IsEmpty)
        {
            return message;
        }

        SHA256.HashData(message.ProducerId, memory);
        BinaryPrimitives.WriteInt32LittleEndian(memory[SHA256.HashSizeInBytes..], index);
        return new ProducerStamp(memory[..IdSizeBytes], message.Sequence, message.Epoch);
    }
}
