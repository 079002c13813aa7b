using System.Text;
using System.Text.Json;

namespace EdgeStream.Kinesis;

/// <summary>Reads a JSON 1.1 request into values, by the shape of its action.</summary>
/// <remarks>
/// One pass without a document tree. Texts with escapes are unescaped and Base64 is decoded in the body itself, behind
/// the reader: both only become shorter. Members that the shape does not know are passed over, as null is.
/// </remarks>
internal ref struct JsonRequestReader
{
    private const int EscapedNameSizeBytesMax = 512;
    private static readonly JsonReaderOptions Options = new() { MaxDepth = 32 };

    private readonly Span<byte> _body;
    private readonly RequestValues _values;
    private Utf8JsonReader _json;

    private JsonRequestReader(Span<byte> body, RequestValues values)
    {
        _body = body;
        _values = values;
        _json = new Utf8JsonReader(body, Options);
    }

    /// <summary>Reads the body.</summary>
    /// <param name="body">The whole body; its bytes change where text is decoded.</param>
    /// <param name="sizeBytes">How much of it is the request.</param>
    /// <param name="shape">What the action takes.</param>
    /// <param name="values">Receives what is there.</param>
    /// <exception cref="ApiException">It is no JSON, or a member is of another type.</exception>
    internal static void Read(byte[] body, int sizeBytes, Shape shape, RequestValues values)
    {
        values.Begin(body, shape);
        var reader = new JsonRequestReader(body.AsSpan(0, sizeBytes), values);
        try
        {
            reader.ReadRequest(shape);
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException or FormatException)
        {
            throw ApiException.Serialization(null);
        }
    }

    private void ReadRequest(Shape shape)
    {
        _json.Read();
        switch (_json.TokenType)
        {
            case JsonTokenType.StartObject:
                ReadStructure(shape, _values.Root);
                break;
            case JsonTokenType.StartArray:
                throw TypeErrors.StartOfList();
            default:
                throw ApiException.Serialization(null);
        }

        // What follows the request is an error of the reader's.
        _json.Read();
    }

    private void ReadStructure(Shape shape, int first)
    {
        var likely = 0;
        while (_json.Read() && _json.TokenType == JsonTokenType.PropertyName)
        {
            var index = shape.IndexOf(NameHere(), likely);
            _json.Read();
            if (index < 0)
            {
                _json.Skip();
                continue;
            }

            ReadValue(shape.Fields[index].Shape, first + index);
            likely = index + 1;
        }
    }

    private ReadOnlySpan<byte> NameHere()
    {
        if (!_json.ValueIsEscaped)
        {
            return _json.ValueSpan;
        }

        // A longer one is no member's, however it is written.
        return _json.ValueSpan.Length > EscapedNameSizeBytesMax ? default : Encoding.UTF8.GetBytes(_json.GetString()!);
    }

    private void ReadValue(Shape shape, int at)
    {
        if (_json.TokenType == JsonTokenType.Null)
        {
            _values.At(at).IsPresent = false;
            return;
        }

        switch (shape.Kind)
        {
            case ShapeKind.String:
                ReadText(at);
                break;
            case ShapeKind.Blob:
                ReadBlob(at);
                break;
            case ShapeKind.Integer:
                _values.SetNumber(at, ReadInteger());
                break;
            case ShapeKind.Boolean:
                _values.SetNumber(at, ReadBoolean() ? 1 : 0);
                break;
            case ShapeKind.Timestamp:
                _values.SetNumber(at, ReadTime());
                break;
            case ShapeKind.List:
                ReadList(shape, at);
                break;
            case ShapeKind.Map:
                ReadMap(at);
                break;
            default:
                RequireStart(JsonTokenType.StartObject, "Expected null");
                var first = _values.Reserve(shape.Fields.Length);
                _values.Set(at, first, shape.Fields.Length);
                ReadStructure(shape, first);
                break;
        }
    }

    private void ReadText(int at)
    {
        Require(JsonTokenType.String, "an String");
        _values.Set(at, Offset, ReadTextHere());
    }

    /// <summary>Leaves the text of this token where it begins in the body.</summary>
    /// <returns>Its length in bytes.</returns>
    private readonly int ReadTextHere()
    {
        if (_json.ValueIsEscaped)
        {
            return _json.CopyString(_body.Slice(Offset, _json.ValueSpan.Length));
        }

        return System.Text.Unicode.Utf8.IsValid(_json.ValueSpan)
            ? _json.ValueSpan.Length
            : throw ApiException.Serialization(null);
    }

    private void ReadBlob(int at)
    {
        Require(JsonTokenType.String, "a Blob");
        var text = _body.Slice(Offset, ReadTextHere());
        _values.Set(at, Offset, Base64Text.DecodeInPlace(text));
    }

    private readonly long ReadInteger()
    {
        Require(JsonTokenType.Number, "an Integer");
        if (_json.TryGetInt64(out var whole))
        {
            return Math.Clamp(whole, int.MinValue, int.MaxValue);
        }

        return (long)Math.Clamp(Math.Floor(_json.GetDouble()), int.MinValue, int.MaxValue);
    }

    private readonly bool ReadBoolean()
    {
        if (_json.TokenType == JsonTokenType.String)
        {
            throw TypeErrors.NotBoolean(QuotedText.Of(_body.Slice(Offset, ReadTextHere())));
        }

        if (_json.TokenType is not (JsonTokenType.True or JsonTokenType.False))
        {
            Require(JsonTokenType.True, "an Boolean");
        }

        return _json.TokenType == JsonTokenType.True;
    }

    private readonly long ReadTime()
    {
        Require(JsonTokenType.Number, "milliseconds since epoch");
        return WireTime.FromSeconds(_json.GetDouble());
    }

    private void ReadList(Shape shape, int at)
    {
        RequireStart(JsonTokenType.StartArray, "Expected list or null");
        var isStructure = shape.Element!.Kind == ShapeKind.Structure;
        var count = 0;
        var last = 0;
        var head = 0;
        while (_json.Read() && _json.TokenType != JsonTokenType.EndArray)
        {
            var element = _values.Reserve(1);
            if (isStructure && _json.TokenType != JsonTokenType.Null)
            {
                RequireStart(JsonTokenType.StartObject, "Expected null");
                var first = _values.Reserve(shape.Element.Fields.Length);
                _values.Set(element, first, shape.Element.Fields.Length);
                ReadStructure(shape.Element, first);
            }
            else
            {
                ReadValue(shape.Element, element);
            }

            _values.At(last).Next = element;
            head = last == 0 ? element : head;
            last = element;
            count++;
        }

        _values.Set(at, head, count);
    }

    private void ReadMap(int at)
    {
        RequireStart(JsonTokenType.StartObject, "Expected map or null");
        var count = 0;
        var last = 0;
        var head = 0;
        while (_json.Read() && _json.TokenType == JsonTokenType.PropertyName)
        {
            var key = _values.Reserve(2);
            _values.Set(key, Offset, ReadTextHere());
            _json.Read();
            if (_json.TokenType != JsonTokenType.Null)
            {
                ReadText(key + 1);
            }

            _values.At(last).Next = key;
            head = last == 0 ? key : head;
            last = key;
            count++;
        }

        _values.Set(at, head, count);
    }

    /// <summary>Where the text of this token begins in the body, after its quotation mark.</summary>
    private readonly int Offset => (int)_json.TokenStartIndex + 1;

    /// <summary>A scalar of the type, or the error that names both types.</summary>
    private readonly void Require(JsonTokenType type, string name)
    {
        if (_json.TokenType != type)
        {
            throw _json.TokenType switch
            {
                JsonTokenType.StartArray => TypeErrors.StartOfList(),
                JsonTokenType.StartObject => TypeErrors.StartOfStructure(),
                JsonTokenType.Number => TypeErrors.CannotConvert(TypeErrors.Number, name),
                JsonTokenType.String => TypeErrors.CannotConvert(TypeErrors.Text, name),
                _ => TypeErrors.CannotConvert(TypeErrors.Boolean, name),
            };
        }
    }

    private readonly void RequireStart(JsonTokenType type, string scalarMessage)
    {
        if (_json.TokenType != type)
        {
            throw _json.TokenType switch
            {
                JsonTokenType.StartArray => TypeErrors.StartOfList(),
                JsonTokenType.StartObject => TypeErrors.StartOfStructure(),
                _ => ApiException.Serialization(scalarMessage),
            };
        }
    }
}
