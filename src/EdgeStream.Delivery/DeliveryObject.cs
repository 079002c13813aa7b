using System.Buffers;

namespace EdgeStream.Delivery;

/// <summary>One object on its way: its name, its type and its bytes.</summary>
/// <remarks>The bytes belong to the engine and are valid until the call that got the object completes.</remarks>
/// <param name="name">The path below the destination's root, folders separated by <c>/</c>.</param>
/// <param name="contentType">The media type of the bytes.</param>
/// <param name="content">The bytes.</param>
public sealed class DeliveryObject(string name, string contentType, ReadOnlySequence<byte> content)
{
    /// <summary>The path below the destination's root, folders separated by <c>/</c>.</summary>
    public string Name { get; } = name;

    /// <summary>The media type of the bytes.</summary>
    public string ContentType { get; } = contentType;

    /// <summary>The bytes.</summary>
    public ReadOnlySequence<byte> Content { get; } = content;

    /// <summary>The objects that it really is, where its records are divided by values of their data; it has no content
    /// then. None for most.</summary>
    internal IReadOnlyList<DeliveryObject> Parts { get; init; } = [];

    /// <summary>Whether the destination is known to have it, as one of several.</summary>
    internal bool IsThere { get; set; }

    /// <summary>Its bytes, or those of its parts.</summary>
    internal long SizeBytes
    {
        get
        {
            var size = Content.Length;
            foreach (var part in Parts)
            {
                size += part.Content.Length;
            }

            return size;
        }
    }

    /// <summary>Whether its records have waited through an outage and go out beside what comes now.</summary>
    public bool IsHistorical { get; init; }

    /// <summary>What became of its records, for a destination that takes them one by one.</summary>
    public RecordProgress Records { get; init; } = new();

    /// <summary>The bytes as a seekable stream that reads them where they are.</summary>
    public Stream OpenRead() => new SequenceStream(Content);
}
