using System.Text;

namespace EdgeStream.Benchmarks.Areas.Kinesis.Load;

/// <summary>A request whose body stays as it is; its signature is made anew every second.</summary>
/// <remarks>Not thread-safe.</remarks>
internal sealed class PreparedRequest
{
    private readonly RequestSigner _signer;
    private readonly string _action;
    private readonly string _bodyHash;
    private readonly byte[] _body;
    private byte[] _head = [];
    private long _second;

    /// <summary>A request of an action with a body in JSON.</summary>
    public PreparedRequest(RequestSigner signer, string action, string json)
    {
        _signer = signer;
        _action = action;
        _body = Encoding.UTF8.GetBytes(json);
        _bodyHash = RequestSigner.HashOf(_body);
    }

    /// <summary>Adds it to what a connection sends next.</summary>
    public void AddTo(KinesisConnection connection)
    {
        var second = RequestSigner.Second;
        if (second != _second)
        {
            _head = _signer.Head(_action, _bodyHash, _body.Length, second);
            _second = second;
        }

        connection.Add(_head);
        connection.Add(_body);
    }
}
