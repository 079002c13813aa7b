using System.Diagnostics;
using System.Runtime.CompilerServices;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Logging;

namespace EdgeStream.Kinesis;

/// <summary>One request and its answer.</summary>
/// <remarks>In the service's order: action and content type, then whether the body can be read at all, then the
/// signature, then types, then constraints, then the action itself. What waits for the disk waits in state machines
/// that are used again.</remarks>
internal sealed class Exchange : IDisposable
{
    /// <summary>A larger request takes its time.</summary>
    private const int BriefBytesMax = 16 << 10;

    private readonly IFeatureCollection _features;
    private readonly IHttpRequestFeature _request;
    private readonly IHttpResponseFeature _response;
    private readonly KinesisService _service;
    private readonly ILogger _logger;
    private readonly RequestBody _body;
    private readonly AnswerOutput _output;
    private readonly string _requestId;
    private ReplyFormat _reply;
    private ActionDefinition? _action;
    private bool _isPlain;

    internal Exchange(IFeatureCollection features, KinesisService service, ILogger logger)
    {
        _features = features;
        _request = features.GetRequiredFeature<IHttpRequestFeature>();
        _response = features.GetRequiredFeature<IHttpResponseFeature>();
        _service = service;
        _logger = logger;
        _body = new RequestBody(service.Budget);
        _output = new AnswerOutput(features, service.Answers, service.Options.Limits.AnswerWaitTimeMax);
        _reply = ContentType.Of(_request.Headers.ContentType);
        _requestId = RequestIds.Set(_response.Headers);
    }

    /// <summary>Whether the body is as it came, and that is compressed.</summary>
    private bool IsCompressed => !_isPlain && _request.Headers.ContentEncoding.ToString() is "gzip";

    private CancellationToken Aborted => _features.GetRequiredFeature<IHttpRequestLifetimeFeature>().RequestAborted;

    /// <summary>Serves the request; never throws.</summary>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    internal async ValueTask RunAsync()
    {
        var began = Stopwatch.GetTimestamp();
        var outcome = ActionOutcome.Failed;
        try
        {
            outcome = await AnswerAsync().ConfigureAwait(false);
        }
        catch (Exception error) when (Aborted.IsCancellationRequested
            || error is ConnectionAbortedException or ConnectionResetException or OperationCanceledException)
        {
            // The client has left, or the gateway stops: nobody is there to be answered.
            outcome = ActionOutcome.Aborted;
        }
        catch (Exception error)
        {
            // An answer has begun and cannot be taken back: the client sees that it does not end.
            Log.AnswerFailed(_logger, _action?.Name, _requestId, error);
            _features.Get<IHttpRequestLifetimeFeature>()?.Abort();
        }

        if (_action is not null)
        {
            _service.Statistics.Count(_action, outcome, Stopwatch.GetElapsedTime(began));
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _body.Dispose();
        _output.Dispose();
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<ActionOutcome> AnswerAsync()
    {
        try
        {
            return await ServeAsync().ConfigureAwait(false);
        }
        catch (ApiException error) when (!_response.HasStarted)
        {
            await RefuseAsync(error).ConfigureAwait(false);
            return ActionOutcomes.Of(error);
        }
        catch (BadHttpRequestException error) when (!_response.HasStarted)
        {
            await RefuseAsync(new ApiException(ErrorType.Validation, error.Message, error.StatusCode))
                .ConfigureAwait(false);
            return ActionOutcome.Refused;
        }
        catch (Exception error) when (!_response.HasStarted && !Aborted.IsCancellationRequested)
        {
            Log.ActionFailed(_logger, _action?.Name, _requestId, error);
            await RefuseAsync(new ApiException(ErrorType.InternalFailure, null, 500)).ConfigureAwait(false);
            return ActionOutcome.Failed;
        }
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<ActionOutcome> ServeAsync()
    {
        _service.Budget.Enter();
        var isCounted = true;
        try
        {
            if (CrossOrigin.Answer(_request, _response, _service.Access))
            {
                await _output.EndAsync(200, Aborted).ConfigureAwait(false);
                return ActionOutcome.Succeeded;
            }

            await ReadBodyAsync().ConfigureAwait(false);
            if (MustMove(_body.Count <= BriefBytesMax && !IsCompressed))
            {
                await Task.Yield();
            }

            _action = Find();
            if (MustMove(_action.IsBrief))
            {
                await Task.Yield();
            }

            if (await RunAsync(_action).ConfigureAwait(false) is not { } subscription)
            {
                await _output.EndAsync(200, Aborted).ConfigureAwait(false);
                return ActionOutcome.Succeeded;
            }

            // From here on it is a subscription, which has bounds of its own and needs nothing of the request.
            _service.Budget.Leave();
            isCounted = false;
            _body.Dispose();
            await subscription.RunAsync(_features, _output).ConfigureAwait(false);
            return ActionOutcome.Succeeded;
        }
        finally
        {
            if (isCounted)
            {
                _service.Budget.Leave();
            }
        }
    }

    /// <returns>What answers instead; null where the answer is written.</returns>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<ISubscription?> RunAsync(ActionDefinition action)
    {
        using var values = _service.RentValues();
        Parse(action, values.Values);
        _output.ContentType = _reply.HeaderValue();
        var response = new ResponseWriter(_output.Buffer, _reply.Wire());
        var call = new ActionCall(_service, values.Values, response, _output, Aborted)
        {
            Producer = ProducerHeaders.Read(_request.Headers),
            AnswerHeaders = _response.Headers,
        };
        await action.Run(call).ConfigureAwait(false);
        return call.Stream;
    }

    private async ValueTask ReadBodyAsync()
    {
        var pipe = _features.GetRequiredFeature<IRequestBodyPipeFeature>();
        await _body.ReadAsync(pipe.Reader, _request.Headers.ContentLength, Aborted).ConfigureAwait(false);
    }

    /// <summary>What takes long is done in the thread pool: the thread may be one that serves many
    /// connections.</summary>
    /// <remarks>Who must move yields itself: a method that does it may be over before its caller looks, which then
    /// stays where it is.</remarks>
    private static bool MustMove(bool isBrief) => !isBrief && !Thread.CurrentThread.IsThreadPoolThread;

    /// <summary>Which action is called, in which format.</summary>
    private ActionDefinition Find()
    {
        const string NoAction = "Unable to determine service/operation name to be authorized";
        var target = _request.Headers["X-Amz-Target"].ToString();
        _service.Actions.TryGetValue(target, out var action);
        if (_request.Method != "POST")
        {
            _reply = ReplyFormat.Xml;
            throw new ApiException(ErrorType.AccessDenied, NoAction, 403);
        }

        if (_body.Count == 0)
        {
            _reply = _reply == ReplyFormat.Json ? ReplyFormat.Json : ReplyFormat.Cbor;
            throw new ApiException(action is null ? ErrorType.UnknownOperation : ErrorType.Serialization, null);
        }

        if (_reply == ReplyFormat.Xml)
        {
            var dot = target.IndexOf('.');
            throw dot > 0 && dot < target.Length - 1
                ? new ApiException(ErrorType.UnknownOperation, null, 404)
                : new ApiException(ErrorType.AccessDenied, NoAction, 403);
        }

        if (_reply == ReplyFormat.PlainJson || action is null)
        {
            if (!IsCompressed)
            {
                CheckReadable();
            }

            throw new ApiException(
                ErrorType.UnknownOperation, null, _reply == ReplyFormat.PlainJson ? 404 : 400);
        }

        return action;
    }

    private void Parse(ActionDefinition action, RequestValues values)
    {
        try
        {
            var signed = new SignedRequest(_request.Method, _request.RawTarget, _request.Headers, _body.Memory);
            SignatureVerifier.Verify(_service.Access, signed, action.SigningName, _service.Time.GetUtcNow());
        }
        catch (ApiException)
        {
            // What cannot be read is said first, but nothing is unpacked for a stranger.
            if (!IsCompressed)
            {
                CheckReadable();
            }

            throw;
        }

        Decompress();
        if (_reply == ReplyFormat.Cbor)
        {
            CborRequestReader.Read(_body.Array, _body.Count, action.Shape, values);
        }
        else
        {
            JsonRequestReader.Read(_body.Array, _body.Count, action.Shape, values);
        }

        RequestValidator.Check(values, _service.AreKeysOptional);
    }

    /// <exception cref="ApiException">The body is no JSON or CBOR.</exception>
    private void CheckReadable()
    {
        using var values = _service.RentValues();
        if (_reply == ReplyFormat.Cbor)
        {
            CborRequestReader.Read(_body.Array, _body.Count, Requests.Empty, values.Values);
        }
        else
        {
            JsonRequestReader.Read(_body.Array, _body.Count, Requests.Empty, values.Values);
        }
    }

    private void Decompress()
    {
        if (IsCompressed)
        {
            _body.Decompress();
        }

        _isPlain = true;
    }

    private ValueTask RefuseAsync(ApiException error)
    {
        _output.Buffer.TruncateTo(0);
        _output.ContentType = _reply.HeaderValue();
        ErrorReply.Write(_output.Buffer, _reply, error);
        return _output.EndAsync(error.StatusCode, Aborted);
    }
}
