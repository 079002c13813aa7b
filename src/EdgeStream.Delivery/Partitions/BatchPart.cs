namespace EdgeStream.Delivery;

/// <summary>Those records of a batch that go into one object, as they are kept until it is closed.</summary>
/// <remarks>Lines are kept as they are and compressed at the end, so that one compressor is there at a time. Not
/// thread-safe.</remarks>
internal sealed class BatchPart : IDisposable
{
    private readonly BlockBuffer _blocks = new();
    private readonly CompressionKind _compression;
    private readonly string _entryName;
    private BlockBuffer? _packed;

    /// <summary>Begins an object.</summary>
    /// <param name="values">What its name has in the place of the expressions.</param>
    /// <param name="form">How it is written.</param>
    /// <param name="entryName">The name of an archive's entry.</param>
    public BatchPart(string[] values, BatchForm form, string entryName)
    {
        Values = values;
        _compression = form.Compression;
        _entryName = entryName;
        Parquet = form.Format == RecordFormat.Parquet ? new ParquetWriter(_blocks, form.Compression) : null;
    }

    /// <summary>What its name has in the place of the expressions.</summary>
    public string[] Values { get; }

    /// <summary>Takes rows; null in other formats.</summary>
    public ParquetWriter? Parquet { get; private set; }

    /// <summary>What it holds, in bytes.</summary>
    public long SizeBytes => _blocks.Length + (Parquet?.CapacityBytes ?? 0)
        + (_packed is null || _packed == _blocks ? 0 : _packed.Length);

    /// <summary>Adds a line.</summary>
    public void Write(ReadOnlySpan<byte> line) => _blocks.Write(line);

    /// <summary>Ends the object; nothing can be added afterwards.</summary>
    public DeliveryObject Close(string name, string contentType)
    {
        if (Parquet is not null)
        {
            Parquet.End();
            Parquet.Dispose();
            Parquet = null;
            _packed = _blocks;
        }
        else if (_packed is null)
        {
            Pack();
        }

        return new DeliveryObject(name, contentType, _packed!.Content());
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Parquet?.Dispose();
        _blocks.Dispose();
        _packed?.Dispose();
    }

    private void Pack()
    {
        var packed = new BlockBuffer();
        using (var packing = CompressionForm.Open(_compression, packed, _entryName))
        {
            if (packing is null)
            {
                packed.Dispose();
                _packed = _blocks;
                return;
            }

            foreach (var block in _blocks.Content())
            {
                packing.Write(block.Span);
            }
        }

        _packed = packed;
        _blocks.Dispose();
    }
}
