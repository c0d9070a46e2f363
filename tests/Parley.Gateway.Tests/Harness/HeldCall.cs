using Microsoft.AspNetCore.Http;

namespace Parley.Gateway.Tests.Harness;

/// <summary>One call that <see cref="HeldUpstream"/> holds. What is sent after the gateway has left goes nowhere.</summary>
internal sealed class HeldCall
{
    private readonly HttpContext _context;
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _left = new(TaskCreationOptions.RunContinuationsAsynchronously);

    internal HeldCall(HttpContext context)
    {
        _context = context;
        context.RequestAborted.Register(() =>
        {
            _left.TrySetResult();
            End();
        });
    }

    /// <summary>Completes when the call is over.</summary>
    internal Task Ended => _ended.Task;

    /// <summary>Completes when the gateway has cancelled it.</summary>
    internal Task Left => _left.Task.WaitAsync(GatewayCalls.Limit());

    /// <summary>A part of an answer, flushed by itself.</summary>
    internal async Task SendAsync(string part, string contentType = "text/event-stream")
    {
        try
        {
            if (!_context.Response.HasStarted) _context.Response.ContentType = contentType;
            await _context.Response.WriteAsync(part, _context.RequestAborted);
            await _context.Response.Body.FlushAsync(_context.RequestAborted);
        }
        catch (Exception exception) when (exception is OperationCanceledException or ObjectDisposedException or InvalidOperationException && Ended.IsCompleted)
        {
            // Cancelled by the gateway, which is what some tests wait for.
        }
    }

    /// <summary>A whole answer.</summary>
    internal async Task AnswerAsync(string body, int status = 200, string contentType = "application/json")
    {
        if (!Ended.IsCompleted) _context.Response.StatusCode = status;
        await SendAsync(body, contentType);
        End();
    }

    internal void End() => _ended.TrySetResult();

    /// <summary>Breaks the connection.</summary>
    internal void Break()
    {
        if (!Ended.IsCompleted) _context.Abort();
        End();
    }
}
