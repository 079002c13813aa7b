namespace EdgeStream.Kinesis;

/// <summary>Reads a CBOR 1.1 request into values, by the shape of its action.</summary>
/// <remarks>
/// RFC 8949, definite and indefinite lengths. Texts and bytes that come in pieces are put together in the body itself,
/// behind the reader. Members that the shape does not know are passed over, as null is. Nesting ends at 32.
/// </remarks>
internal ref struct CborRequestReader
{
    private readonly RequestValues _values;
    private CborTokens _tokens;

    private CborRequestReader(Span<byte> body, RequestValues values)
    {
        _values = values;
        _tokens = new CborTokens(body);
    }

    /// <summary>Reads the body.</summary>
    /// <param name="body">The whole body; its bytes change where pieces are put together.</param>
    /// <param name="sizeBytes">How much of it is the request.</param>
    /// <param name="shape">What the action takes.</param>
    /// <param name="values">Receives what is there.</param>
    /// <exception cref="ApiException">It is no CBOR, or a member is of another type.</exception>
    internal static void Read(byte[] body, int sizeBytes, Shape shape, RequestValues values)
    {
        values.Begin(body, shape);
        var reader = new CborRequestReader(body.AsSpan(0, sizeBytes), values);
        switch (reader._tokens.ReadKind())
        {
            case CborKind.Map:
                reader.ReadStructure(shape, values.Root);
                break;
            case CborKind.List:
                throw TypeErrors.StartOfList();
            default:
                throw ApiException.Serialization(null);
        }

        if (!reader._tokens.IsAtEnd)
        {
            throw ApiException.Serialization(null);
        }
    }

    private void ReadStructure(Shape shape, int first)
    {
        var likely = 0;
        var left = _tokens.EnterMap();
        while (_tokens.HasNext(ref left))
        {
            if (_tokens.ReadKind() != CborKind.Text)
            {
                throw ApiException.Serialization(null);
            }

            var (start, length) = _tokens.ReadBytes();
            var index = shape.IndexOf(_tokens.Slice(start, length), likely);
            if (index < 0)
            {
                _tokens.Skip();
                continue;
            }

            ReadValue(shape.Fields[index].Shape, first + index);
            likely = index + 1;
        }

        _tokens.Leave();
    }

    private void ReadValue(Shape shape, int at)
    {
        var kind = _tokens.ReadKind();
        if (kind == CborKind.Null)
        {
            _values.At(at).IsPresent = false;
            return;
        }

        switch (shape.Kind)
        {
            case ShapeKind.String:
                Require(kind, CborKind.Text, "an String");
                ReadText(at);
                break;
            case ShapeKind.Blob:
                Require(kind, CborKind.Bytes, "a Blob");
                var (start, length) = _tokens.ReadBytes();
                _values.Set(at, start, length);
                break;
            case ShapeKind.Integer:
                _values.SetNumber(at, ReadInteger(kind));
                break;
            case ShapeKind.Boolean:
                _values.SetNumber(at, ReadBoolean(kind) ? 1 : 0);
                break;
            case ShapeKind.Timestamp:
                _values.SetNumber(at, ReadTime(kind));
                break;
            case ShapeKind.List:
                ReadList(kind, shape, at);
                break;
            case ShapeKind.Map:
                ReadMap(kind, at);
                break;
            default:
                RequireStart(kind, CborKind.Map, "Expected null");
                var first = _values.Reserve(shape.Fields.Length);
                _values.Set(at, first, shape.Fields.Length);
                ReadStructure(shape, first);
                break;
        }
    }

    private void ReadText(int at)
    {
        var (start, length) = _tokens.ReadBytes();
        if (!System.Text.Unicode.Utf8.IsValid(_tokens.Slice(start, length)))
        {
            throw ApiException.Serialization(null);
        }

        _values.Set(at, start, length);
    }

    private readonly long ReadInteger(CborKind kind)
    {
        if (kind == CborKind.Float)
        {
            return (long)Math.Clamp(Math.Floor(_tokens.Real), int.MinValue, int.MaxValue);
        }

        Require(kind, CborKind.Integer, "an Integer");
        return Math.Clamp(_tokens.Whole, int.MinValue, int.MaxValue);
    }

    private bool ReadBoolean(CborKind kind)
    {
        if (kind == CborKind.Text)
        {
            var (start, length) = _tokens.ReadBytes();
            throw TypeErrors.NotBoolean(QuotedText.Of(_tokens.Slice(start, length)));
        }

        Require(kind, CborKind.Boolean, "an Boolean");
        return _tokens.Whole != 0;
    }

    /// <summary>Whole numbers are milliseconds, as the Java SDK sends them; others are seconds, as the tag
    /// says.</summary>
    private readonly long ReadTime(CborKind kind)
    {
        if (kind == CborKind.Float)
        {
            return WireTime.FromSeconds(_tokens.Real);
        }

        Require(kind, CborKind.Integer, "milliseconds since epoch");
        return WireTime.FromMilliseconds(_tokens.Whole);
    }

    private void ReadList(CborKind kind, Shape shape, int at)
    {
        RequireStart(kind, CborKind.List, "Expected list or null");
        var left = _tokens.EnterList();
        var count = 0;
        var last = 0;
        var head = 0;
        while (_tokens.HasNext(ref left))
        {
            var element = _values.Reserve(1);
            ReadValue(shape.Element!, element);
            _values.At(last).Next = element;
            head = last == 0 ? element : head;
            last = element;
            count++;
        }

        _tokens.Leave();
        _values.Set(at, head, count);
    }

    private void ReadMap(CborKind kind, int at)
    {
        RequireStart(kind, CborKind.Map, "Expected map or null");
        var left = _tokens.EnterMap();
        var count = 0;
        var last = 0;
        var head = 0;
        while (_tokens.HasNext(ref left))
        {
            var key = _values.Reserve(2);
            if (_tokens.ReadKind() != CborKind.Text)
            {
                throw ApiException.Serialization(null);
            }

            ReadText(key);
            var value = _tokens.ReadKind();
            if (value != CborKind.Null)
            {
                Require(value, CborKind.Text, "an String");
                ReadText(key + 1);
            }

            _values.At(last).Next = key;
            head = last == 0 ? key : head;
            last = key;
            count++;
        }

        _tokens.Leave();
        _values.Set(at, head, count);
    }

    private static void Require(CborKind kind, CborKind needed, string name)
    {
        if (kind != needed)
        {
            throw kind switch
            {
                CborKind.List => TypeErrors.StartOfList(),
                CborKind.Map => TypeErrors.StartOfStructure(),
                CborKind.Integer or CborKind.Float => TypeErrors.CannotConvert(TypeErrors.Number, name),
                CborKind.Boolean => TypeErrors.CannotConvert(TypeErrors.Boolean, name),
                _ => TypeErrors.CannotConvert(TypeErrors.Text, name),
            };
        }
    }

    private static void RequireStart(CborKind kind, CborKind needed, string scalarMessage)
    {
        if (kind != needed)
        {
            throw kind switch
            {
                CborKind.List => TypeErrors.StartOfList(),
                CborKind.Map => TypeErrors.StartOfStructure(),
                _ => ApiException.Serialization(scalarMessage),
            };
        }
    }
}
