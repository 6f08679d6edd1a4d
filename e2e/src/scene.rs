//! One test: its server, its browsers, and what is said when it fails.

use std::any::Any;
use std::panic::{AssertUnwindSafe, resume_unwind};
use std::path::{Path, PathBuf};
use std::rc::Rc;
use std::{cell::RefCell, env, fs};

use anyhow::{Context, Result, ensure};
use futures_util::FutureExt;
use tokio::sync::{Mutex, MutexGuard, Semaphore};

use crate::browser::{Browser, Entry};
use crate::driver::Driver;
use crate::server::Server;

/// What a test plays on.
#[derive(Debug)]
pub struct Scene {
    server: Mutex<Server>,
    driver: Driver,
    browsers: RefCell<Vec<Rc<Browser>>>,
}

/// Plays a test: no browser may have an error in its console.
///
/// # Errors
/// When the test fails, or a console has an error.
pub async fn play(body: impl AsyncFnOnce(&Scene) -> Result<()>) -> Result<()> {
    play_with(|_| false, body).await
}

/// Plays a test on the runs of `e2e/course`, which no lesson of the course has.
///
/// # Errors
/// As [`play`].
pub async fn play_measuring(body: impl AsyncFnOnce(&Scene) -> Result<()>) -> Result<()> {
    on_stage(Some(measuring()), ONE, |_| false, body).await
}

/// Plays a test in which the errors that `expected` knows may stand in the console.
///
/// # Errors
/// When the test fails, or a console has another error.
///
/// # Panics
/// When the test does.
pub async fn play_with(
    expected: impl Fn(&Entry) -> bool,
    body: impl AsyncFnOnce(&Scene) -> Result<()>,
) -> Result<()> {
    on_stage(None, ONE, expected, body).await
}

/// Plays a test that opens many browsers, while no other is played: as two tests at a time they
/// would leave neither the time that it waits for. `expected` is as in [`play_with`].
///
/// # Errors
/// As [`play_with`].
pub async fn play_as_a_crowd(
    expected: impl Fn(&Entry) -> bool,
    body: impl AsyncFnOnce(&Scene) -> Result<()>,
) -> Result<()> {
    on_stage(None, ALL, expected, body).await
}

/// Plays a test as [`play_measuring`] does, while no other is played: what it measures is not shared.
///
/// # Errors
/// As [`play`].
pub async fn play_alone(body: impl AsyncFnOnce(&Scene) -> Result<()>) -> Result<()> {
    on_stage(Some(measuring()), ALL, |_| false, body).await
}

fn measuring() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("course")
}

async fn on_stage(
    lessons: Option<PathBuf>,
    places: u32,
    expected: impl Fn(&Entry) -> bool,
    body: impl AsyncFnOnce(&Scene) -> Result<()>,
) -> Result<()> {
    let _permit = PLACES.acquire_many(places).await?;
    let scene = Scene {
        server: Mutex::new(Server::start(lessons).await?),
        driver: Driver::start().await?,
        browsers: RefCell::default(),
    };
    let played = AssertUnwindSafe(async {
        body(&scene).await?;
        scene.consoles_are_clean(&expected).await
    });
    let outcome = played.catch_unwind().await;
    if !matches!(outcome, Ok(Ok(()))) {
        scene.tell().await;
    }
    scene.close().await;
    outcome.unwrap_or_else(|panic: Box<dyn Any + Send>| resume_unwind(panic))
}

impl Scene {
    /// The server.
    pub async fn server(&self) -> MutexGuard<'_, Server> {
        self.server.lock().await
    }

    /// The whole address of a path on the server.
    pub async fn url(&self, path: &str) -> String {
        self.server().await.url(path)
    }

    /// Opens one more browser. `name` is for messages.
    ///
    /// # Errors
    /// When it does not start.
    pub async fn browser(&self, name: &str) -> Result<Rc<Browser>> {
        let opened = Browser::open(&self.driver, name).await;
        let browser = Rc::new(opened.context("the browser does not start")?);
        self.browsers.borrow_mut().push(Rc::clone(&browser));
        Ok(browser)
    }

    /// Opens a browser on a path of the server.
    ///
    /// # Errors
    /// When it does not start, or the page does not load.
    pub async fn open(&self, path: &str) -> Result<Rc<Browser>> {
        let browser = self.browser("browser").await?;
        browser.goto(&self.url(path).await).await?;
        Ok(browser)
    }

    fn browsers(&self) -> Vec<Rc<Browser>> {
        self.browsers.borrow().clone()
    }

    async fn consoles_are_clean(&self, expected: &impl Fn(&Entry) -> bool) -> Result<()> {
        for browser in self.browsers() {
            let console = browser.console().await?;
            let mut wrong = console.iter().filter(|entry| entry.is_error());
            let wrong = wrong.find(|entry| !expected(entry));
            ensure!(
                wrong.is_none(),
                "an error in the console of {}: {wrong:?}",
                browser.name()
            );
        }
        Ok(())
    }

    /// Says what each browser shows, for whoever reads why the test failed.
    async fn tell(&self) {
        for browser in self.browsers() {
            let name = browser.name();
            println!("--- what {name} showed when the test failed");
            match browser.told().await {
                Ok(told) => println!("{told}"),
                Err(error) => println!("it does not answer: {error:#}"),
            }
            match self.keep_picture(&browser).await {
                Ok(path) => println!("--- its picture is {}", path.display()),
                Err(error) => println!("--- it gave no picture: {error:#}"),
            }
        }
    }

    async fn keep_picture(&self, browser: &Browser) -> Result<PathBuf> {
        let folder = env::temp_dir().join("spillway-failed");
        fs::create_dir_all(&folder)?;
        let test = std::thread::current()
            .name()
            .unwrap_or("test")
            .replace("::", "-");
        let path = folder.join(format!("{test}-{}.png", browser.name()));
        fs::write(&path, browser.picture().await?)?;
        Ok(path)
    }

    async fn close(self) {
        for browser in self.browsers.into_inner() {
            if let Err(error) = browser.close().await {
                println!("a browser did not close: {error:#}");
            }
        }
    }
}

/// A browser is hungry: two tests at a time, however many cores there are.
static PLACES: Semaphore = Semaphore::const_new(ALL as usize);

const ONE: u32 = 1;
const ALL: u32 = 2;
